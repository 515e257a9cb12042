"""What letters to shoppers say of what we do is kept by a test, sentence by sentence, as the promise pages are
(tests/shop/returns/test_promised.py).

A letter that says something new fails here until the sentence stands in the table beside the test that keeps it.
"""

import re
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from oscar.apps.customer.alerts.utils import AlertsDispatcher
from oscar.apps.customer.utils import get_password_reset_url
from oscar.core.loading import get_model

from shop.communication.previews import previews
from shop.customer.passwords import send_reset
from shop.outbox.tasks import deliver_waiting
from tests.factories import make_countries, make_product
from tests.shop.test_accounts import PASSWORD

ProductAlert = get_model("customer", "ProductAlert")
StockRecord = get_model("partner", "StockRecord")
User = get_user_model()

SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z0-9])")
HERE = "test_letters_keep_their_word"

# Nothing for a sentence that tells what happened or what to do, or that only a person can keep.
KEPT_BY = {
    "ORDER_PLACED": {
        "Thank you.": "",
        "We have your order 34679-CDFGH and your payment of $56.30.": "",
        "We pack it on the next business day, and write again when it leaves.":
            "digest.test_digest.test_order_that_is_not_packed_on_the_next_business_day_is_late",
        "Not right for you?": "",
        "Send it back within 60 days.": "returns.test_promised.test_letter_of_an_order_follows_the_record",
        "We pay the postage.": "returns.test_desk.test_label_goes_to_the_customer",
        "Questions?": "",
        "Reply to this letter and a person answers.": f"{HERE}.test_answer_to_a_letter_reaches_the_shop",
    },
    "REFUND_MADE": {
        "We have refunded $18.00 of your order 34679-CDFGH.":
            "stripe_checkout.test_refunds.test_row_31_a_partial_refund_made_at_stripe_is_mirrored_once",
        "The money goes back to the card it came from.":
            "stripe_checkout.test_refunds.test_row_31_a_partial_refund_made_at_stripe_is_mirrored_once",
        "Banks take five to ten business days to show it, and there is nothing you need to do.": "",
    },
    "SOLD_OUT_REFUND": {
        "We are sorry.": "",
        "When your payment of $56.30 for order 34679-CDFGH came through, what you ordered had just sold out.": "",
        "We cannot send it, so we refund the whole amount.":
            "stripe_checkout.test_late_money.test_row_27_paid_when_the_stock_is_gone_goes_back_and_both_sides_are_told",
        "Perhaps something else does the job.": "",
    },
    "ORDER_SHIPPED": {
        "We have handed a package of your order 34679-CDFGH to UPS.": "",
        "It should be with you between {day} and {day}.":
            "parcels.test_dispatch.test_two_parcels_ship_the_order_and_each_is_told_once",
        "We write again when it leaves.":
            "parcels.test_dispatch.test_two_parcels_ship_the_order_and_each_is_told_once",
        "It costs you nothing more.": "parcels.test_dispatch.test_second_parcel_costs_the_customer_nothing",
        "If it takes longer than we say, reply to this letter and a person looks for it.": "",
    },
    "ORDER_DELIVERED": {
        "If you cannot find it, or something in it is broken or wrong, reply to this letter and we put it right.":
            "returns.test_handling.test_delivery_goes_back_where_the_fault_is_ours",
    },
    "ORDER_CALLED_OFF": {
        "You have cancelled your order 34679-CDFGH before anything of it left, so nothing is sent.":
            "parcels.test_calling_off.test_what_was_called_off_never_leaves",
        "We pay $56.30 back to where it came from.":
            "parcels.test_calling_off.test_a_guest_cancels_and_gets_all_of_it_back",
        "If it has not come by then, reply to this letter.": "",
        "If it was not you who cancelled it, reply to this letter right away.": "",
    },
    "REVIEW_REQUEST": {
        "Your order 34679-CDFGH has been with you for a while, and you may know by now how it suits you.":
            "test_asking_for_reviews.test_nobody_is_asked_too_early_or_long_after",
        "If you like, tell others.": "",
        "We publish what you write whether we like it or not, with the note that you bought it.":
            "test_asking_for_reviews.test_guest_is_asked_and_writes_without_an_account",
        "It needs no account.": "test_asking_for_reviews.test_guest_is_asked_and_writes_without_an_account",
        "The links work for 60 days and are yours alone, so keep them to yourself.":
            "test_asking_for_reviews.test_link_to_a_review_grows_old",
        "If something is wrong with it, reply to this letter instead and we put it right.": "",
    },
    "ORDER_LINK": {
        "Somebody, we hope you, asked us for a link to your order 34679-CDFGH.": "",
        "It shows where the order stands.": "test_guest_orders.test_order_says_where_it_stands",
        "The link works for 180 days.": "test_guest_orders.test_link_works_for_half_a_year",
        "Whoever has it sees your order and your address, so keep it to yourself.":
            "test_guest_orders.test_link_opens_the_order_in_any_browser",
        "If it was not you, there is nothing to do: nobody else got this link.":
            "test_guest_orders.test_nobody_is_written_to_unless_both_fit",
    },
    "RETURN_LINK": {
        "Somebody, we hope you, wants to send back something of your order 34679-CDFGH.": "",
        "This link shows what can go back, and until when; and where your returns are.":
            "returns.test_pages.test_guest_gets_a_link_by_email_and_it_opens_what_can_go_back",
        "The link works for 60 days.": "returns.test_pages.test_link_works_for_sixty_days",
        "Keep it to yourself: whoever has it can ask for a return in your name, though the money only goes back to "
        "you.":
            "returns.test_handling.test_return_goes_from_request_to_money",
    },
    "RETURN_REQUESTED": {
        "You asked to send something back.": "",
        "Your return has the number R-34679-CDFGH, and is about this:": "",
        "A person looks at it within 2 business days, and writes to you.":
            "returns.test_deadlines.test_person_decides_within_the_business_days_of_the_promise",
        "Please send nothing before that.": "",
    },
    "RETURN_APPROVED": {
        "Your return R-34679-CDFGH is approved.": "",
        "Pack it in any box that holds.": "",
        "Print the slip on the page of your return and put it inside; without a printer, write the return number on a "
        "sheet of paper.": "returns.test_pages.test_slip_has_what_the_box_needs",
        "We pay the postage: the prepaid label comes by email within 2 business days.":
            "returns.test_deadlines.test_label_is_sent_within_the_business_days_of_the_promise",
        "Put it on the box, and drop it off.": "",
        "When all of it has arrived, $18.00 goes back to the card you paid with.":
            "returns.test_handling.test_return_goes_from_request_to_money",
    },
    "RETURN_LABEL": {
        "The postage for your return R-34679-CDFGH is paid.": "returns.test_desk.test_label_goes_to_the_customer",
        "The label waits on the page of your return.": "returns.test_desk.test_label_goes_to_the_customer",
        "Print it, put it on the box, put the slip inside, and drop the box off.": "",
    },
    "RETURN_RECEIVED": {
        "Your return R-34679-CDFGH is here.": "",
        "We look at what came, and refund it within 5 business days.":
            "returns.test_deadlines.test_refund_is_made_within_the_business_days_of_the_promise",
        "We write once more when the money is on its way.":
            "returns.test_handling.test_return_goes_from_request_to_money",
    },
    "RETURN_REFUSED": {
        "We looked at your return R-34679-CDFGH, and cannot take it back.": "",
        "The box was empty when it came.": "returns.test_handling.test_refused_return_says_why_to_the_customer",
        "The carrier weighed it, and found the same.": "",
        "You see it differently?": "",
        "Reply to this letter and tell us: a person reads it.": f"{HERE}.test_answer_to_a_letter_reaches_the_shop",
    },
    "RETURN_WITHDRAWN": {
        "You took your claim R-34679-CDFGH back.": "",
        "Nothing more happens.": "returns.test_handling.test_claim_that_was_not_granted_does_not_count",
        "As long as the guarantee holds, you can claim it again.":
            "returns.test_handling.test_claim_that_was_not_granted_does_not_count",
    },
    "REGISTRATION": {
        "Your account is ready.": "",
        "From now on your orders, addresses and wish lists are in one place.": "",
        "You sign in with alex@example.com and the password that you chose.":
            "test_accounts.test_creating_an_account_signs_in",
    },
    "REGISTRATION_LINK": {
        "Somebody, we hope you, asked for an account at our shop with this address.": "",
        "Choose a password, and it is open.": "test_registration.test_mailbox_opens_the_account",
        "The link works for one day.": "test_registration.test_link_works_for_a_day",
        "If it was not you, there is nothing to do: no account is made.":
            "test_registration.test_looking_makes_no_account",
    },
    "REGISTRATION_KNOWN": {
        "Somebody, we hope you, asked for an account at our shop with this address.": "",
        "It has one already, so nothing has changed.":
            "test_registration.test_page_is_the_same_for_an_address_that_has_an_account",
        "If you forgot your password, choose another one.": "",
        "If it was not you, there is nothing to do.": "",
    },
    "PASSWORD_RESET": {
        "Somebody, we hope you, asked us for a new password for the account of alex@example.com.": "",
        "Choose it here.": "",
        "The link works once.": f"{HERE}.test_link_to_set_a_password_works_once",
        "If it was not you, there is nothing to do: your password stays as it is.":
            f"{HERE}.test_asking_for_a_new_password_leaves_the_old_one",
    },
    "PASSWORD_CHANGED": {
        "The account of alex@example.com has a new password.": "",
        "If it was you who changed it, there is nothing to do.": "",
        "If it was not you, set another one now.": "",
        "That signs everybody else out.": f"{HERE}.test_new_password_signs_everybody_else_out",
    },
    "EMAIL_CHANGED": {
        "Your account now uses alex@elsewhere.example.": "",
        "If it was not you, set a new password now, sign in with the address above and put your own back in the "
        "profile.": "test_letters.test_an_email_that_was_changed_is_told_to_the_old_address",
    },
    "EMAIL_CONFIRMATION": {
        "Somebody, we hope you, asked us to use this address for an account at our shop.": "",
        "We change it once you say yes.": "test_email_change.test_new_mailbox_says_yes_and_the_old_one_is_told",
        "The link works once, and for one day.": "test_email_change.test_link_works_once_and_for_a_day",
        "If it was not you, there is nothing to do: the account keeps the address that it has.":
            "test_email_change.test_looking_at_the_link_changes_nothing",
    },
    "EMAIL_TAKEN": {
        "Somebody asked us to use this address for another account at our shop.": "",
        "It stays with yours, and nothing has changed.":
            "test_email_change.test_address_of_another_account_looks_the_same_and_its_owner_is_told",
        "If it was you, sign in with this address, or delete that account first.": "",
    },
    "ACCOUNT_DELETED": {
        "As you asked, your account at our shop is deleted: your profile, addresses, wish lists, stock alerts, basket "
        "and reviews are gone, and so is what we had noted while you were signed in.":
            "test_account_deletion.test_nothing_of_the_person_is_left_but_what_the_invoice_needs_and_the_last_letter",
        "3 orders that were paid stay in our books, with your name and address as their invoices have them, since we "
        "must keep our books.": "test_account_deletion.test_order_keeps_what_an_invoice_must_hold",
        "They are tied to no account, and your email address is no longer on them.":
            "test_account_deletion.test_order_keeps_what_an_invoice_must_hold",
        "Is something wrong with what you bought?": "",
        "Your rights stay.": "",
        "Answer this letter with the number of the order.": f"{HERE}.test_answer_to_a_letter_reaches_the_shop",
        "There is nothing left for you to do.": "",
        "This is our last letter, and with it we forget your address.":
            "test_account_deletion.test_letter_says_what_stays_and_is_the_last_one",
        "If it was not you who deleted the account, answer at once.": "",
    },
    "PRODUCT_ALERT_CONFIRMATION": {
        "Somebody, we hope you, asked us to write to this address when Barrier Moisturizer is back.": "",
        "Confirm it, and you get that one letter.": f"{HERE}.test_alert_is_one_letter_and_keeps_nothing_aside",
        "If it was not you, there is nothing to do.":
            "test_accounts.test_a_mail_program_that_follows_the_link_changes_no_alert",
        "You can also cancel the alert at any time:": "test_accounts.test_a_guest_cancels_an_alert",
    },
    "PRODUCT_ALERT": {
        "Barrier Moisturizer is back, and you asked us to tell you.": "",
        "We keep none aside, so it may sell out once more.":
            f"{HERE}.test_alert_is_one_letter_and_keeps_nothing_aside",
        "This alert is now off, and we do not write to you about it again.":
            f"{HERE}.test_alert_is_one_letter_and_keeps_nothing_aside",
    },
}  # fmt: skip
TO_SHOPPERS = sorted(code for code in previews() if not code.startswith("STAFF_"))
EVERYWHERE = {sentence for said in KEPT_BY.values() for sentence in said}


def sentences(code: str) -> list[str]:
    """Of a letter as it is sent, without greetings, lists, addresses and labels of links."""
    body = previews()[code].messages()["body"]
    paragraphs = (" ".join(line for line in each.split("\n") if "://" not in line) for each in body.split("\n\n"))
    said = [sentence for each in paragraphs for sentence in SENTENCE.split(" ".join(each.split()))]
    return [re.sub(r"[A-Z][a-z]+ \d{1,2}, \d{4}", "{day}", each) for each in said if each.endswith((".", "?", "!"))]


@pytest.mark.parametrize("code", TO_SHOPPERS)
def test_each_sentence_of_a_letter_is_kept_by_a_test(db, code):
    assert [sentence for sentence in sentences(code) if sentence not in EVERYWHERE] == []


@pytest.mark.parametrize("code", TO_SHOPPERS)
def test_no_sentence_is_kept_that_no_letter_says(db, code):
    assert [sentence for sentence in KEPT_BY[code] if sentence.endswith(".") and sentence not in sentences(code)] == []


@pytest.mark.parametrize("name", sorted({name for said in KEPT_BY.values() for name in said.values() if name}))
def test_the_test_that_keeps_it_is_there(name):
    module, _dot, test = name.rpartition(".")
    assert callable(getattr(import_module(f"tests.shop.{module}"), test))


# --- What had no test of its own -----------------------------------------------------------------------------------


@pytest.fixture
def alex(db):
    return User.objects.create_user("alex", "alex@example.com", PASSWORD)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def set_password(path: str, password: str):
    client = Client()
    answer = client.get(path)
    return client.post(answer.url, {"new_password1": password, "new_password2": password}) if answer.url else answer


def test_answer_to_a_letter_reaches_the_shop(alex, settings):
    send_reset.call(email=alex.email)
    deliver_waiting.call()
    (letter,) = mail.outbox
    assert {settings.OSCAR_FROM_EMAIL} == {letter.from_email, *letter.reply_to}


def test_asking_for_a_new_password_leaves_the_old_one(alex):
    send_reset.call(email=alex.email)
    alex.refresh_from_db()
    assert alex.check_password(PASSWORD)


def test_link_to_set_a_password_works_once(alex):
    path = get_password_reset_url(alex)
    assert set_password(path, "quite-another-9").status_code == 302
    again = Client().get(path)
    assert again.status_code == 200  # it says that the link is used up, and has no form
    assert "new_password1" not in again.content.decode()
    alex.refresh_from_db()
    assert alex.check_password("quite-another-9")


def test_new_password_signs_everybody_else_out(alex):
    thief = signed_in(alex)
    assert thief.get("/accounts/profile/").status_code == 200
    set_password(get_password_reset_url(alex), "quite-another-9")
    assert thief.get("/accounts/profile/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_alert_is_one_letter_and_keeps_nothing_aside():
    make_countries()
    product = make_product(stock=1)
    ProductAlert.objects.create(email="guest@example.com", product=product)
    AlertsDispatcher().send_product_alert_email_for_user(product)
    deliver_waiting.call()
    assert not mail.outbox  # it is not confirmed
    ProductAlert.objects.get().confirm()
    for _ in range(2):
        AlertsDispatcher().send_product_alert_email_for_user(product)
    deliver_waiting.call()
    assert [letter.to for letter in mail.outbox] == [["guest@example.com"]]
    assert not ProductAlert.objects.get().is_active
    assert not StockRecord.objects.get().num_allocated
