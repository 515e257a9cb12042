"""Every answer tells the browser what to refuse, and what browsers report is logged without what strangers put in."""

import json
import logging

import pytest
from django.test import Client

from shop import policy_reports, security_headers

POLICY = "Content-Security-Policy"
REPORTS = security_headers.REPORTS


def directives(answer) -> dict[str, list[str]]:
    parts = [directive.split() for directive in answer[POLICY].split("; ")]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("path", ["/", "/basket/", "/contact/", "/accounts/login/", "/nothing/", "/catalogue/%00/"])
def test_shoppers_pages_run_nothing_but_our_own_files(db, client, path):
    allowed = directives(client.get(path))
    assert allowed["default-src"] == ["'none'"]
    assert allowed["script-src"] == allowed["style-src"] == ["'self'"]
    assert allowed["base-uri"] == allowed["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in source for sources in allowed.values() for source in sources)


def test_so_does_what_is_refused_for_the_host_that_was_asked(db, client):
    answer = client.get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert directives(answer)["default-src"] == ["'none'"]


def test_forms_lead_to_us_and_to_stripe(settings):
    settings.STRIPE_API_BASE = ""
    assert security_headers.for_shoppers()["form-action"] == ["'self'", "https://checkout.stripe.com"]
    settings.STRIPE_API_BASE = "http://127.0.0.1:8000/stripe-sandbox"
    assert security_headers.for_shoppers()["form-action"] == ["'self'", "http://127.0.0.1:8000"]


def test_pictures_may_come_from_the_bucket(settings):
    options = {"url_protocol": "https:", "custom_domain": "pictures.example.com/shop"}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "storages", "OPTIONS": options}}
    assert security_headers.for_shoppers()["img-src"] == ["'self'", "https://pictures.example.com"]


def test_a_page_says_what_no_page_asks_for(db, client):
    answer = client.get("/")
    assert "camera=()" in answer["Permissions-Policy"]
    assert "payment=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/admin/login/", "/dashboard/login/", "/styleguide/"])
def test_staffs_pages_have_a_looser_policy_and_still_take_nothing_from_elsewhere(admin_client, path):
    allowed = directives(admin_client.get(path))
    assert allowed["script-src"] == ["'self'", "'unsafe-inline'"]
    assert allowed["object-src"] == ["'none'"]
    assert not any("//" in source or source == "*" for sources in allowed.values() for source in sources)


@pytest.mark.parametrize("path", ["/media/none.jpg", "/static/none.css"])
def test_files_are_shown_by_letters_and_run_nothing(db, client, path):
    answer = client.get(path)
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "script-src" not in answer[POLICY]
    assert "sandbox" in answer[POLICY]


# --- What browsers report ----------------------------------------------------------------------------------------

OLD = {
    "csp-report": {"document-uri": "https://shop.example/", "effective-directive": "img-src", "blocked-uri": "data"}
}
NEW = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://shop.example/blog/",
            "effectiveDirective": "script-src-elem",
            "blockedURL": "https://evil.example/a.js?mail=alex@example.com",
        },
    }
]


def send(sent, *, content_type="application/reports+json"):
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return Client(enforce_csrf_checks=True).post(REPORTS, body, content_type=content_type)


@pytest.mark.parametrize(
    ("sent", "content_type", "line"),
    [
        (OLD, "application/csp-report", "home wanted img-src from data, against our policy"),
        (
            NEW,
            "application/reports+json",
            "blog:index wanted script-src-elem from https://evil.example, against our policy",
        ),
    ],
    ids=["old", "new"],
)
def test_a_report_is_one_line_without_what_strangers_wrote(db, caplog, sent, content_type, line):
    with caplog.at_level(logging.WARNING, policy_reports.logger.name):
        assert send(sent, content_type=content_type).status_code == 204
    assert [record.getMessage() for record in caplog.records if record.name == policy_reports.logger.name] == [line]


def test_the_secret_of_a_link_is_not_logged(db, caplog):
    report = {
        "csp-report": {"document-uri": "https://shop.example/review-letters/s3cret:k3y/", "blocked-uri": "inline"}
    }
    send(report)
    assert "s3cret" not in caplog.text
    assert "no-review-letters" in caplog.text


BAD = [b"", b"{", b"[[[", b"null", b'"words"', b"{}", b'[{"body": 7}]', b"\xff\xfe", b"[" * 10_000]


@pytest.mark.parametrize("sent", BAD, ids=[f"bad{number}" for number in range(len(BAD))])
def test_what_is_no_report_is_refused(db, sent):
    assert send(sent).status_code == 400


@pytest.mark.parametrize("page", ["https://[", "//", "", "\0", "https://shop.example/nothing/"])
def test_a_page_that_we_do_not_have_is_reported_as_such(db, caplog, page):
    report = {"csp-report": {"document-uri": page, "effective-directive": "img-src", "blocked-uri": "https://["}}
    assert send(report).status_code == 204
    assert "A page that we do not have wanted img-src" in caplog.text or not page.strip("/")


def test_other_reports_are_left_alone(db, caplog):
    assert send([{"type": "deprecation", "body": {"id": "x"}}]).status_code == 204
    assert "against our policy" not in caplog.text


def test_a_report_has_a_size(db):
    assert send(b" " * (policy_reports.MOST_BYTES + 1)).status_code == 413


def test_one_sender_reports_only_so_often(db):
    answers = [send(OLD) for _ in range(policy_reports.THROTTLE.most + 1)]
    assert [answer.status_code for answer in answers[-2:]] == [204, 429]
    assert answers[-1]["Retry-After"] == "3600"


def test_reports_are_sent_not_fetched(db, client):
    assert client.get(REPORTS).status_code == 405
