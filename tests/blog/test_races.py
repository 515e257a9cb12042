"""Editors who press Save at the same moment, on PostgreSQL."""

from django.test import Client

from blog import history
from blog.groups import make_groups
from blog.snapshots import Snapshot
from tests.blog.factories import make_post, make_staff
from tests.blog.test_admin import EDITOR
from tests.blog.test_merging import CLASH, opened, sent
from tests.shop.races import at_once, on_postgresql

pytestmark = on_postgresql


def test_of_editors_who_save_at_once_one_saves_and_the_others_are_shown_what_changed():
    """Five: enough for each step of saving to be hit by somebody else's."""
    make_groups(using="default")
    post = make_post(title="As it was")
    clients = [Client() for _ in range(5)]
    for client in clients:
        client.force_login(make_staff(*EDITOR))
    forms = [opened(client, post, title=f"Title {number}") for number, client in enumerate(clients)]
    answers = at_once(
        *(
            lambda client=client, form=form: sent(client, post, form)
            for client, form in zip(clients, forms, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [302]
    assert all(CLASH in answer.content.decode() for answer in answers if answer.status_code == 200)
    post.refresh_from_db()
    saved = next(number for number, answer in enumerate(answers) if answer.status_code == 302)
    assert post.title == f"Title {saved}"
    titles = [Snapshot.at(version).post.values["title"] for version in history.revisions(post)]
    assert titles == [f"Title {saved}", "As it was"]
