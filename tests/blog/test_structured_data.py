"""What the pages of the guide tell search engines, by the fields that Google documents."""

from datetime import date, datetime

import pytest

from blog.models import Author, Post, Source, Topic
from tests.blog.factories import add, make_post
from tests.structured_data import graph_of, ids, node_of, references

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(settings):
    settings.SITE_URL = "https://shop.example"


def test_guide_is_an_article_with_author_and_dates(client):
    post = make_post(title="Scars & marks")
    post.topics.add(Topic.objects.create(title="Texture", slug="texture", sentence="So."))
    article = node_of(client.get(post.get_absolute_url()), "BlogPosting")
    page = f"https://shop.example{post.get_absolute_url()}"
    assert article["@id"] == f"{page}#article"
    assert (article["headline"], article["description"]) == ("Scars & marks", post.summary)
    assert article["mainEntityOfPage"] == {"@id": page}
    assert article["articleSection"] == ["Texture"]
    assert datetime.fromisoformat(article["datePublished"]) == post.publish_at.replace(microsecond=0)
    assert datetime.fromisoformat(article["dateModified"]) == post.changed_at.replace(microsecond=0)
    assert article["author"]["name"] == "The editors"
    assert article["author"]["url"] == "https://shop.example/blog/authors/editors/"
    assert article["publisher"] == {"@id": "https://shop.example/#organization"}


@pytest.mark.parametrize(("is_team", "kind"), [(True, "Organization"), (False, "Person")])
def test_author_is_a_person_or_a_team(client, is_team, kind):
    author = Author.objects.create(name="Writers", slug="writers", is_team=is_team)
    post = make_post(author=author)
    assert node_of(client.get(post.get_absolute_url()), "BlogPosting")["author"]["@type"] == kind
    response = client.get(author.get_absolute_url())
    assert node_of(response, "ProfilePage")["mainEntity"] == {"@id": node_of(response, kind)["@id"]}


def test_guide_names_its_reviewer_and_sources(client):
    reviewer = Author.objects.create(name="Reader", slug="reader", credentials="MD")
    post = make_post(reviewed_by=reviewer, reviewed_on=date(2026, 1, 2))
    add(post, Source, publisher="NHS", title="Acne", url="https://www.nhs.uk/conditions/acne/")
    response = client.get(post.get_absolute_url())
    page = node_of(response, "WebPage")
    assert page["reviewedBy"]["hasCredential"]["name"] == "MD"
    assert page["lastReviewed"] == "2026-01-02"
    (source,) = node_of(response, "BlogPosting")["citation"]
    assert (source["url"], source["publisher"]["name"]) == ("https://www.nhs.uk/conditions/acne/", "NHS")


def test_every_reference_of_the_guide_leads_to_a_node_of_its_page(client):
    graph = list(graph_of(client.get(make_post().get_absolute_url())).values())
    assert references(graph) <= ids(graph)


@pytest.mark.parametrize("path", ["/blog/", "/blog/topics/texture/", "/blog/archive/"])
def test_lists_name_their_guides_and_where_they_are(client, path):
    post = make_post()
    post.topics.add(Topic.objects.create(title="Texture", slug="texture", sentence="So."))
    response = client.get(path)
    listed = node_of(response, "CollectionPage")["mainEntity"]["itemListElement"]
    assert [row["url"] for row in listed] == [f"https://shop.example{post.get_absolute_url()}"]
    assert node_of(response, "BreadcrumbList")["itemListElement"][0]["item"] == "https://shop.example/"


def test_a_title_of_a_guide_cannot_end_the_script(client):
    title = "</script><script>alert(1)</script>"
    response = client.get(make_post(title=title).get_absolute_url())
    assert "<script>alert" not in response.content.decode()
    assert node_of(response, "BlogPosting")["headline"] == title


def test_draft_tells_machines_nothing(admin_client):
    draft = make_post(status=Post.Status.DRAFT)
    assert b"ld+json" not in admin_client.get(draft.get_absolute_url()).content
