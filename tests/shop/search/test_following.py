"""The index follows what is saved: the worker reads it after the commit, and a command reads everything."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from oscar.core.loading import get_model

from blog.models import Post, RichText
from shop.search import following, lookup
from shop.search.models import KnownWord
from tests.blog.factories import add, make_post, make_staff
from tests.factories import make_product
from tests.shop.search.conftest import guides, titles
from tests.shop.test_lists import good_for
from tests.shop.test_pages import make_sizes

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


@pytest.fixture
def found(client, transactional_db, run_tasks):
    """Titles of the products that a search finds, once the worker has done all that it was asked for."""

    def find(query: str) -> list[str]:
        run_tasks()
        return titles(client.get("/search/", {"q": query}))

    return find


def test_new_product_is_found(found):
    make_product(title="Soap")
    assert found("soap") == ["Soap"]


def test_changed_product_is_found_by_its_new_words_only(found):
    soap = make_product(title="Soap")
    assert found("soap") == ["Soap"]
    soap.title, soap.description = "Balm", "<p>Soft.</p>"
    soap.save()
    assert (found("soap"), found("balm"), found("soft")) == ([], ["Balm"], ["Balm"])


def test_deleted_product_is_forgotten(found):
    soap = make_product(title="Soap")
    assert found("soap") == ["Soap"]
    soap.delete()
    assert found("soap") == []
    assert not lookup.has_entries()


def test_product_deleted_before_the_worker_came_is_no_trouble(found):
    make_product(title="Soap").delete()
    assert found("soap") == []
    assert not DBTaskResult.objects.failed().exists()


def test_attributes_are_read_with_their_product(found):
    good_for(make_product(title="Soap"), "Dull look")
    assert found("dull") == ["Soap"]


def test_size_is_found_as_its_product(found):
    gel = make_sizes(make_product(title="Gel"), ("200 g", "18.00", 5))
    assert found("200") == ["Gel"]
    gel.children.get().delete()
    assert (found("200"), found("gel")) == ([], ["Gel"])


def test_what_is_rolled_back_is_not_read(found):
    soap = make_product(title="Soap")
    found("soap")
    soap.title = "Balm"
    with transaction.atomic():
        soap.save()
        transaction.set_rollback(True)
    assert (found("balm"), found("soap")) == ([], ["Soap"])


def test_product_saved_in_the_dashboard_is_found_with_its_shelf(client, found):
    client.force_login(
        get_model("auth", "User").objects.create_superuser("owner"),
    )
    soap = make_product(title="Soap")
    shelf = Category.add_root(name="Bathroom")
    form = {
        "title": "Balm",
        "slug": "balm",
        "structure": "standalone",
        "is_public": "on",
        "action": "save",
        "upc": soap.upc,
        "priority": "0",
    }
    for name, rows in (("productcategory", 1), ("stockrecords", 0), ("images", 0), ("recommended", 0)):
        form |= {f"{name}_set-TOTAL_FORMS": rows, f"{name}_set-INITIAL_FORMS": 0}
        form |= {f"{name}-TOTAL_FORMS": rows, f"{name}-INITIAL_FORMS": 0}
    form |= {"productcategory_set-0-category": shelf.pk}
    form |= {"primary_recommendations-TOTAL_FORMS": 0, "primary_recommendations-INITIAL_FORMS": 0}
    answer = client.post(f"/dashboard/catalogue/products/{soap.pk}/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert found("bathroom balm") == ["Balm"]


def test_guide_saved_in_the_admin_is_found_by_its_text(client, transactional_db, run_tasks):
    post = add(make_post(title="On shaving"), RichText, text="<p>Lather.</p>").parent
    post.record_edit()
    run_tasks()
    assert guides(client.get("/search/?q=lather")) == ["On shaving"]


def test_command_reads_everything_anew(client, db):
    soap = make_product(title="Soap")
    call_command("rebuild_search", verbosity=0)
    Product.objects.update(title="Balm")
    call_command("rebuild_search", verbosity=0)
    assert titles(client.get("/search/?q=balm")) == ["Balm"]
    assert titles(client.get("/search/?q=soap")) == []
    assert set(KnownWord.objects.values_list("word", flat=True)) == {"balm"}
    assert soap.index_entries.count() == 1


def test_command_forgets_what_is_gone(client, db):
    make_post(title="Soap")
    call_command("rebuild_search", verbosity=0)
    Post.objects.all()._raw_delete("default")
    call_command("rebuild_search", verbosity=0)
    assert not lookup.has_entries()


def test_shop_without_an_index_has_one_built(client, transactional_db, run_tasks):
    make_product(title="Soap")
    DBTaskResult.objects.all().delete()
    following.fill_if_empty()
    run_tasks()
    assert titles(client.get("/search/?q=soap")) == ["Soap"]


@pytest.mark.parametrize("is_filled", [True, False])
def test_index_is_not_built_where_there_is_no_need(db, is_filled):
    if is_filled:
        make_product(title="Soap")
        call_command("rebuild_search", verbosity=0)
    DBTaskResult.objects.all().delete()
    following.fill_if_empty()
    assert not DBTaskResult.objects.exists()


def test_everything_is_read_anew_each_day(settings):
    assert settings.RECURRING_TASKS["shop.search.tasks.rebuild"] == timedelta(days=1)


@pytest.mark.parametrize("label", ["catalogue.Product", "blog.Post"])
def test_reading_many_things_takes_no_more_questions_than_reading_few(db, django_assert_max_num_queries, label):
    model = apps.get_model(label)
    for number in range(12):
        good_for(make_product(title=f"Soap {number}"), f"Concern {number}")
        add(make_post(), RichText, text="<p>Lather.</p>")
    with django_assert_max_num_queries(9):
        for thing in model.get_indexed_objects():
            assert thing.indexed_names or thing.indexed_text


def test_editor_who_may_not_see_synonyms_sees_none(client, db):
    client.force_login(make_staff("blog.view_post"))
    assert client.get("/admin/search/synonym/").status_code == 403
