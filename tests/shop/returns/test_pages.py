"""Returns as customers meet them: who gets in, what the pages say, and what bad input does."""

import re
import time
from uuid import uuid4

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from shop.checkout import ownership
from shop.outbox.tasks import deliver_waiting
from shop.returns import handling, links, tasks
from shop.returns.models import Return
from shop.returns.views import StartView
from tests.factories import make_product
from tests.page import Page
from tests.shop.returns.conftest import EMAIL
from tests.shop.test_accounts import sign_in
from tests.shop.test_pages import links_of, main_of, parse, text_of

User = get_user_model()

START = "/returns/"
NUMBER = "34679-CDFGH"
MOST = StartView.throttle.most


@pytest.fixture
def order(make_sent):
    """Two soaps of a guest, on their way."""
    return make_sent(quantity=2)


@pytest.fixture
def alex(db):
    return User.objects.create_user("alex", "alex@example.com")


def page(order, kind: str = "return", client: Client | None = None) -> Page:
    """The page that the link of the letter opens."""
    return Page(client or Client(), links.order_path(order, kind))


def choose(order, quantity: int = 1, **typed: str) -> dict[str, str]:
    pk = order.lines.get().pk
    return {f"quantity_{pk}": str(quantity)} | {f"{name}_{pk}": value for name, value in typed.items()}


def sent_back(order, kind: str = "return") -> Page:
    """One soap asked for; and where that leads."""
    at = page(order, kind)
    at.press("Claim my money back" if kind == "claim" else "Ask for the return", **choose(order))
    return at


# --- Who gets in ---------------------------------------------------------------------------------------------------


def ask(number: str = NUMBER, email: str = EMAIL, *, client: Client | None = None, address: str = "192.0.2.1"):
    fields = {"order_number": number, "email": email}
    return (client or Client()).post(START, fields, headers={"X-Forwarded-For": address})


def letters() -> list[mail.EmailMultiAlternatives]:
    for asked in DBTaskResult.objects.filter(task_path=tasks.send_link.module_path):
        tasks.send_link.call(**asked.args_kwargs["kwargs"])
    deliver_waiting.call()
    return [sent for sent in mail.outbox if sent.subject.startswith("The link to return")]


def test_guest_gets_a_link_by_email_and_it_opens_what_can_go_back(order, settings):
    settings.SITE_URL = "https://shop.example"
    assert ask().url == "/returns/sent/"
    (sent,) = letters()
    link = re.search(r"https://shop.example(/returns/orders/\S+)", sent.body)[1]
    assert sent.to == [EMAIL]
    assert "2 of 2 can go back" in text_of(Client().get(link))


@pytest.mark.parametrize(("number", "email"), [(NUMBER, "else@example.com"), ("77777-CDFGH", EMAIL)])
def test_nobody_is_written_to_unless_both_fit(order, number, email):
    ask(number, email)
    assert letters() == []


def test_answer_and_the_work_for_it_are_the_same_whether_or_not_both_fit(order):
    """What the database is asked for stands for the time it takes."""
    asked, answers = [], []
    for number, email in [(NUMBER, EMAIL), (NUMBER, "else@example.com"), ("77777-CDFGH", "else@example.com")]:
        with CaptureQueriesContext(connection) as queries:
            answers.append(ask(number, email))
        asked.append([re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries])
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, "/returns/sent/")}
    assert asked[0] == asked[1] == asked[2]


def test_a_thousand_guesses_are_stopped_at_the_tenth(order):
    answers = [ask("77777-CDFGH") for _ in range(MOST + 1)]
    assert [answer.status_code for answer in answers] == [302] * MOST + [429]
    assert "several times within an hour" in text_of(answers[-1])


def test_mailbox_is_not_filled_by_who_knows_an_order(order):
    for number in range(5):
        ask(address=f"192.0.2.{number}")
    assert 1 <= len(letters()) <= 2  # two when the hour ends in between


def test_account_that_placed_the_order_goes_straight_on(order, alex):
    type(order).objects.update(user=alex, guest_email="")
    client = Client()
    client.force_login(alex)
    assert ask(client=client).url == f"/returns/orders/{NUMBER}/"


def test_browser_that_placed_the_order_goes_straight_on(order):
    client, answer = Client(), HttpResponse()
    ownership.remember(answer, order)
    client.cookies.update(answer.cookies)
    assert ask(email="else@example.com", client=client).url == f"/returns/orders/{NUMBER}/"
    assert client.get(f"/returns/orders/{NUMBER}/").status_code == 200


@pytest.mark.parametrize("path", ["orders/a%00b/", "claims/%F0%9F%A7%B4/x/", "R-%00/", "slips/x/", "orders/x/%00/"])
def test_odd_address_opens_nothing(db, path):
    assert Client().get(f"/returns/{path}").status_code in (400, 404)


def test_another_account_does_not(order, alex):
    other = User.objects.create_user("sam", "sam@example.com")
    type(order).objects.update(user=alex, guest_email="")
    client = Client()
    client.force_login(other)
    assert ask(client=client).url == "/returns/sent/"
    assert client.get(f"/returns/orders/{NUMBER}/").status_code == 404


def test_guess_is_answered_in_the_same_words_whether_or_not_there_is_such_an_order(order):
    known, unknown = (Client().get(f"/returns/orders/{number}/x/") for number in (NUMBER, "77777-CDFGH"))
    assert known.status_code == unknown.status_code == 404
    assert known.content.replace(NUMBER.encode(), b"") == unknown.content.replace(b"77777-CDFGH", b"")


@pytest.mark.parametrize(("days", "status"), [(59, 200), (61, 410)])
def test_link_works_for_sixty_days(order, monkeypatch, days, status):
    then = time.time() - days * 24 * 3600
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: then)
        link = links.order_path(order)
    assert Client().get(link).status_code == status


def test_link_to_one_order_opens_no_other(order, make_sent):
    other = make_sent(number="99999-CDFGH", product=make_product(), guest_email="sam@example.com")
    key = links.order_path(order).rstrip("/").rsplit("/", 1)[1]
    assert Client().get(links.order_path(other, key=key)).status_code == 404


def test_return_of_somebody_else_is_not_shown(order):
    case = sent_back(order)
    number = Return.objects.get().number
    assert Client().get(f"/returns/{number}/").status_code == 404
    assert Client().post(f"/returns/{number}/").status_code == 404
    assert Client().get(f"/returns/slips/{number}/").status_code == 404
    assert case.response.status_code == 200


def test_guest_who_registers_later_keeps_the_link(order):
    link = links.order_path(order)
    User.objects.create_user("guest", EMAIL)
    assert Client().get(link).status_code == 200


def test_account_with_the_address_of_a_guest_does_not_see_the_guests_order(order):
    """Addresses of accounts are not checked: whoever registers with one has not shown that it is his."""
    registered = User.objects.create_user("guest", EMAIL)
    assert sign_in(registered).get(f"/returns/orders/{NUMBER}/").status_code == 404


def test_order_of_a_deleted_account_is_nobodys(make_sent):
    orphan = make_sent(guest_email="")
    assert Client().get(links.order_path(orphan)).status_code == 404


def test_link_holds_no_address_of_a_person(order):
    assert not re.search("guest|example|@", links.order_path(order))


def test_page_is_kept_by_nobody_and_its_address_told_to_no_other_site(order):
    opened = Client().get(links.order_path(order))
    assert "no-store" in opened.headers["Cache-Control"]
    assert opened.headers["Referrer-Policy"] == "same-origin"
    assert parse(opened).find(".//meta[@name='robots']").get("content") == "noindex"


# --- Asking --------------------------------------------------------------------------------------------------------


def test_return_gets_a_number_and_says_what_to_do(order):
    at = sent_back(order)
    case = Return.objects.get()
    assert (case.kind, case.state, case.lines.get().quantity) == ("return", "approved", 1)
    assert re.fullmatch(r"R-[34679CDFGHJKLMNPQRTVWXY]{5}-[34679CDFGHJKLMNPQRTVWXY]{5}", case.number)
    assert case.number in at.text
    assert "Approved: pack it and send it." in text_of(at.response)
    assert "the prepaid label comes within 2 business days" in text_of(at.response)


def test_reason_and_words_are_kept(order):
    at = page(order)
    at.press("Ask for the return", **choose(order, reason="broken", words="The pump <b>leaks</b>."))
    line = Return.objects.get().lines.get()
    assert (line.reason, line.words) == ("broken", "The pump <b>leaks</b>.")


def test_slip_has_what_the_box_needs(order, settings):
    settings.SHOP_ADDRESS = "1 Shop Lane, Austin, TX 78701"
    at = sent_back(order)
    slip = at.client.get(next(link for link in links_of(at.response) if "/slips/" in link))
    assert {Return.objects.get().number, NUMBER, "1 Shop Lane", "Plain Soap"} <= {
        word for word in (Return.objects.get().number, NUMBER, "1 Shop Lane", "Plain Soap") if word in text_of(slip)
    }


def test_same_form_sent_twice_is_one_return(order):
    at = page(order)
    answers = [at.send("Ask for the return", **choose(order, 2)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert Return.objects.count() == 1


@pytest.mark.parametrize("quantity", ["3", "-1", "1.5", "many", "9" * 30, "²"])
def test_quantity_that_cannot_be_is_refused_beside_its_field(order, quantity):
    answer = page(order).send("Ask for the return", **choose(order, quantity))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [f"quantity_{order.lines.get().pk}"]
    assert not Return.objects.exists()


def test_nothing_chosen_says_so(order):
    answer = page(order).send("Ask for the return", **choose(order, 0))
    assert "Choose what goes back" in text_of(answer)
    assert not Return.objects.exists()


@pytest.mark.parametrize("typed", [{"reason": "theft"}, {"words": "x" * 501}, {"words": "a\0b"}])
def test_odd_words_are_refused(order, typed):
    assert page(order).send("Ask for the return", **choose(order, **typed)).status_code == 200


@pytest.mark.parametrize("token", ["", "no-token"])
def test_form_without_its_token_is_out_of_date(order, token):
    answer = page(order).send("Ask for the return", **choose(order) | {"token": token})
    assert answer.status_code == 200
    assert not Return.objects.exists()


def test_token_of_another_orders_return_asks_for_nothing(order, make_sent):
    other = make_sent(number="99999-CDFGH", product=make_product())
    token = str(uuid4())
    for of in (order, other):
        at = page(of)
        at.send("Ask for the return", **choose(of) | {"token": token})
    assert Return.objects.get().order == order


def test_line_of_another_order_cannot_go_back(order, make_sent):
    other = make_sent(number="99999-CDFGH", product=make_product())
    chosen = [handling.Chosen(other.lines.get().pk, 1)]
    with pytest.raises(handling.CannotReturn):
        handling.ask(order=order, kind="return", chosen=chosen, token=uuid4(), by="a test")


def test_form_of_another_site_is_not_taken(order):
    answer = Client(enforce_csrf_checks=True).post(links.order_path(order), choose(order))
    assert answer.status_code == 403


def test_claim_that_went_to_another_form_first_is_told_why(order):
    first, second = page(order, "claim"), page(order, "claim")
    first.send("Claim my money back", **choose(order))
    answer = second.send("Claim my money back", **choose(order))
    assert answer.status_code == 200
    assert "You have used the guarantee for this product before." in text_of(answer)


def test_what_cannot_go_back_says_why(make_sent):
    order = make_sent()
    order.shipping_events.all().delete()
    assert "It has not been sent yet." in text_of(page(order).response)


# --- Following -----------------------------------------------------------------------------------------------------


def test_customer_takes_a_return_back(order):
    at = sent_back(order)
    at.press("Take the return back")
    assert Return.objects.get().state == "withdrawn"
    assert "Taken back: you keep it." in text_of(at.response)


def test_taking_back_what_has_come_is_too_late(order):
    at = sent_back(order)
    case = Return.objects.get()
    handling.receive(case, arrived=[handling.Arrived(case.lines.get().line_id, sealed=1)], by="staff")
    answer = at.send("Take the return back")
    assert answer.status_code == 409
    assert "too late to take this back" in text_of(answer)


def test_refusal_is_read_by_the_customer(order, everything_waits):
    at = sent_back(order)
    handling.refuse(Return.objects.get(), reason="It was <b>not</b> ours.", by="staff")
    assert "It was <b>not</b> ours." in text_of(at.client.get(at.path))


def test_notes_of_the_staff_are_not_for_the_customer(order):
    at = sent_back(order)
    handling.note(Return.objects.get(), text="Comes often.", by="staff@example.com")
    shown = at.client.get(at.path).content.decode()
    assert "Comes often" not in shown
    assert "staff@example.com" not in shown


def test_order_page_leads_to_returns_while_something_can_go_back(order, alex):
    type(order).objects.update(user=alex, guest_email="")
    shown = sign_in(alex).get(f"/accounts/orders/{NUMBER}/")
    assert f"/returns/orders/{NUMBER}/" in links_of(shown)
    order.lines.get().refund_lines.all()
    case = handling.ask(
        order=order, kind="return", chosen=[handling.Chosen(order.lines.get().pk, 2)], token=uuid4(), by="a test"
    )
    shown = sign_in(alex).get(f"/accounts/orders/{NUMBER}/")
    assert f"/returns/orders/{NUMBER}/" not in links_of(shown)
    assert f"/returns/{case.number}/" in links_of(shown)


def test_account_lists_what_can_go_back_and_what_was_sent(order, alex):
    type(order).objects.update(user=alex, guest_email="")
    handling.ask(
        order=order, kind="return", chosen=[handling.Chosen(order.lines.get().pk, 1)], token=uuid4(), by="a test"
    )
    shown = sign_in(alex).get(START)
    assert f"/returns/orders/{NUMBER}/" in links_of(shown)
    assert f"/returns/claims/{NUMBER}/" in links_of(shown)
    assert f"/returns/{Return.objects.get().number}/" in links_of(shown)


def test_deleted_product_can_go_back(order):
    order.lines.get().product.delete()
    at = sent_back(order)
    assert "Approved" in text_of(at.response)


# --- How much it asks of the database --------------------------------------------------------------------------------


def test_returns_page_takes_at_most_fifteen_queries(make_sent, alex):
    for number in range(12):
        made = make_sent(number=f"7777{number:02}-CDFG", product=make_product(title=f"Soap {number}"), user=alex)
        if number % 2:
            chosen = [handling.Chosen(made.lines.get().pk, 1)]
            handling.ask(order=made, kind="return", chosen=chosen, token=uuid4(), by="a test")
    client = sign_in(alex)
    client.get(START)
    with CaptureQueriesContext(connection) as queries:
        client.get(START)
    assert len(queries) <= 15, "\n".join(query["sql"][:150] for query in queries)


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_page_of_an_order_takes_at_most_fifteen_queries(order, kind):
    chosen = [handling.Chosen(order.lines.get().pk, 1)]
    handling.ask(order=order, kind="return", chosen=chosen, token=uuid4(), by="a test")
    link, client = links.order_path(order, kind), Client()
    client.get(link)
    with CaptureQueriesContext(connection) as queries:
        client.get(link)
    assert len(queries) <= 15, "\n".join(query["sql"][:150] for query in queries)


# --- HTML ----------------------------------------------------------------------------------------------------------


def test_pages_are_valid_html(order, make_sent):
    at = sent_back(order)
    case = Return.objects.get()
    pages = [
        Client().get(START),
        Client().get("/returns/sent/"),
        Client().get(f"/returns/{case.number}/x/"),
        Client().get(links.order_path(order)),
        at.client.get(at.path),
        Client().get(links.case_path(case, order, name="returns:slip")),
    ]
    for each in pages:
        parser = html5lib.HTMLParser()
        parser.parse(each.content.decode())
        assert parser.errors == []
        assert main_of(each) is not None
