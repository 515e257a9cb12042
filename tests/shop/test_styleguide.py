"""The style guide: everything is on it, and only the house sees it."""

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from shop.communication.previews import previews
from shop.styleguide.components import groups
from shop.styleguide.records import LONG_TITLE, LONG_WORD
from shop.styleguide.tokens import SCHEMES, contrast_ratio, read_tokens

FILES = {file.stem for file in (Path(django_settings.BASE_DIR) / "templates/components").glob("*.html")}
PAGE = "/styleguide/"


@pytest.fixture
def page(db, admin_client) -> str:
    return admin_client.get(PAGE).content.decode()


@pytest.fixture
def components(db, rf):
    request = rf.get(PAGE)
    return [component for _title, together in groups(request) for component in together]


def test_guests_find_no_style_guide(client, db):
    assert client.get(PAGE).status_code == 404


def test_shoppers_find_no_style_guide(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("alex", "alex@example.com", "plain-care"))
    assert client.get(PAGE).status_code == 404


def test_shoppers_find_no_frame_of_it(client, db):
    assert client.get(reverse("styleguide:frame", args=["breadcrumbs", 0])).status_code == 404


def test_everybody_finds_it_in_development(client, db):
    with override_settings(DEBUG=True):
        assert client.get(PAGE).status_code == 200


def test_search_engines_leave_it_alone(admin_client):
    assert admin_client.get(PAGE)["X-Robots-Tag"] == "noindex"


def test_every_component_is_shown(components):
    assert {component.name for component in components} == FILES


def test_every_component_has_its_file_name_beside_it(page):
    assert set(re.findall(r"templates/components/(\w+)\.html", page)) == FILES


def test_every_component_that_is_seen_has_states(components):
    unseen = {component.name for component in components if not component.states}
    assert unseen == {"header_basket", "icon_sprite", "mini_basket", "social_card"}


def test_every_letter_is_a_link_away(page):
    codes = set(re.findall(r'href="/styleguide/letters/(\w+)/"', page))
    assert codes == {*previews()}


def test_states_of_a_component_have_different_names(components):
    named = {component.name: [state.name for state in component.states] for component in components}
    assert [name for name, states in named.items() if len(states) != len({*states})] == []


def test_every_state_is_rendered(components):
    empty = [
        (component.name, state.name)
        for component in components
        for state in component.states
        if not component.render(state).strip()
    ]
    assert empty == [("field_errors", "None: nothing")]


def test_every_frame_opens(admin_client, components):
    answers = {
        admin_client.get(reverse("styleguide:frame", args=[component.name, number])).status_code
        for component in components
        if component.frame
        for number in range(len(component.states))
    }
    assert answers == {200}


def test_a_frame_may_stand_on_a_page_of_the_shop(admin_client):
    assert admin_client.get(reverse("styleguide:frame", args=["breadcrumbs", 0]))["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/styleguide/frame/breadcrumbs/99/", "/styleguide/frame/carousel/0/"])
def test_a_state_that_there_is_not_is_not_found(admin_client, path):
    assert admin_client.get(path).status_code == 404


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_can_be_chosen(admin_client, scheme):
    assert f'class="wrap scheme-{scheme}"' in admin_client.get(PAGE, {"scheme": scheme}).content.decode()


def test_a_scheme_that_there_is_not_is_that_of_the_device(admin_client):
    assert 'class="wrap"' in admin_client.get(PAGE, {"scheme": '"><b>'}).content.decode()


def test_nothing_is_written(db, rf):
    with CaptureQueriesContext(connection) as queries:
        for _title, together in groups(rf.get(PAGE)):
            for component in together:
                component.specimens()
    assert [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_ids_stand_once(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(one for one in {*ids} if ids.count(one) > 1) == []


def test_every_token_is_shown(page):
    assert [name for name in read_tokens().values if name not in page] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_colors_can_be_told_apart(scheme):
    assert [contrast for contrast in read_tokens().contrasts(scheme) if not contrast.is_enough] == []


def test_contrast_is_measured_as_wcag_has_it():
    assert contrast_ratio("#ffffff", "#000000") == pytest.approx(21)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_long_titles_are_as_long_as_a_product_may_have_them():
    assert len(LONG_TITLE) == 300


def test_long_words_are_longer_than_any_line_of_a_phone():
    assert len(LONG_WORD) >= 80
