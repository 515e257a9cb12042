import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.care.models import CareNote, Claim
from blog.care.rounds import look_over_all
from blog.models import ProductPick, RichText
from tests.blog.factories import add, make_post, make_staff
from tests.factories import make_product

pytestmark = pytest.mark.django_db

LIST = "/admin/blog/carenote/"
NOW = "/admin/blog/carenote/now/"


@pytest.fixture
def reader(client):
    """Somebody who may look at guides, and no more."""
    client.force_login(make_staff("blog.view_post"))
    return client


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_guides_that_would_be_stopped_come_first(reader):
    warned, stopped = make_post(title="A warned one"), make_post(title="Z stopped one")
    add(stopped, RichText, text="<h3>Foam</h3>")
    look_over_all()
    page = text(reader.get(LIST))
    assert page.index(stopped.title) < page.index(warned.title)
    assert "Stops it:" in page
    assert reverse("admin:blog_post_change", args=[stopped.pk]) in page


def test_the_page_says_when_nothing_was_checked_yet_and_when_all_is_well(reader):
    assert "Nothing has been found so far." in text(reader.get(LIST))
    make_post()
    look_over_all()
    CareNote.objects.all().delete()
    assert "All is well" in text(reader.get(LIST))


def test_checking_now(reader):
    pick = add(make_post(), ProductPick, product=make_product(title="Plain Soap", stock=0), why="A plain soap.")
    assert "Plain Soap" not in text(reader.get(LIST))
    assert "“Plain Soap” is sold out." in text(reader.post(NOW, follow=True))
    pick.delete()
    assert "“Plain Soap” is sold out." not in text(reader.post(NOW, follow=True))


def test_the_page_takes_as_many_queries_however_many_guides(reader):
    def queries() -> int:
        look_over_all()
        with CaptureQueriesContext(connection) as captured:
            text(reader.get(LIST))
        return len(captured)

    make_post()
    few = queries()
    for _number in range(10):
        make_post()
    assert queries() == few


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1" * 400])
def test_pages_that_do_not_exist_are_the_nearest_one(reader, page):
    make_post(title="The guide")
    look_over_all()
    assert "The guide" in text(reader.get(LIST, {"p": page}))


def test_others_do_not_see_it(client):
    client.force_login(make_staff("order.view_order"))
    assert client.get(LIST).status_code == 403
    assert client.post(NOW).status_code == 403


def test_a_look_is_no_order(reader):
    assert reader.get(NOW).status_code == 405


def test_claims_are_kept_by_who_may(client):
    client.force_login(make_staff("blog.view_claim", "blog.add_claim"))
    form = {"phrase": " Works  MIRACLES* ", "reason": "says too much.", "suggestion": "Say less."}
    assert client.post("/admin/blog/claim/add/", form).status_code == 302
    assert Claim.objects.filter(phrase="works miracles*").exists()
    again = client.post("/admin/blog/claim/add/", form)
    assert "This phrase is on the list already." in text(again)


@pytest.mark.parametrize("phrase", ["*", "a", "* * a*", ""])
def test_a_phrase_that_is_everywhere_is_refused(client, phrase):
    client.force_login(make_staff("blog.view_claim", "blog.add_claim"))
    number = Claim.objects.count()
    form = {"phrase": phrase, "reason": "says too much.", "suggestion": "Say less."}
    assert client.post("/admin/blog/claim/add/", form).status_code == 200
    assert Claim.objects.count() == number


def test_the_list_of_claims_stands_there_from_the_start():
    assert {"cure*", "heal*", "treat* acne", "remove* wrinkle*"} <= {*Claim.objects.values_list("phrase", flat=True)}
