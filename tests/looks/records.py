"""What has to be in the shop before every page of it can be seen. Import it after django.setup()."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sites.models import Site
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from oscar.core.loading import get_model

from blog import sharing
from blog.models import Author, KeyFact, Post, ProductPick, Question, RichText, Source, Topic
from shop.catalogue.reviews import asking
from shop.catalogue.reviews.links import path_to_review
from shop.customer import email_change, registration
from shop.order.links import path_to
from shop.order.processing import EventHandler
from shop.outbox.models import Letter
from shop.parcels.calling_off import call_off
from shop.parcels.models import Parcel
from shop.promises.models import RETURNS, Promise
from shop.returns import handling
from shop.returns.links import order_path
from shop.search import index
from shop.staff.models import SecurityKey
from shop.stripe_checkout.models import PaymentAttempt
from shop.stripe_sandbox import payments
from shop.styleguide.records import ARABIC_NAME, LONG_TITLE, LONG_WORD
from tests.blog.factories import add, make_post
from tests.conftest import Shopper, StandIn
from tests.factories import make_product, make_voucher
from tests.page import Page
from tests.staff import make_staff, phone_of, signed_in

Benefit = get_model("offer", "Benefit")
Category = get_model("catalogue", "Category")
Condition = get_model("offer", "Condition")
ConditionalOffer = get_model("offer", "ConditionalOffer")
Email = get_model("communication", "Email")
Notification = get_model("communication", "Notification")
Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
ProductAlert = get_model("customer", "ProductAlert")
ProductReview = get_model("reviews", "ProductReview")
Range = get_model("offer", "Range")
UserAddress = get_model("address", "UserAddress")
WishList = get_model("wishlists", "WishList")
User = get_user_model()

HOME = {
    "first_name": "Alex",
    "last_name": "Example",
    "line1": "12 Sample Street",
    "line4": "Austin",
    "state": "TX",
    "postcode": "78701",
    "country_id": "US",
}


# Of somebody whose name is written from right to left, in a house with a garden.
ABROAD = {
    "first_name": ARABIC_NAME,
    "last_name": "الأنصاري",
    "line1": "12 Sample Street 🏡🌿",
    "line2": LONG_WORD,
    "line4": "Québec 🍁",
    "state": "QC",
    "postcode": "G1R 4S9",
}

WIDEST_NUMBER = "WWWWW-WWWWW"


@dataclass(frozen=True)
class Shop:
    """The records that paths name, and the shoppers who look, each a client of Django's by the name of who it is."""

    records: SimpleNamespace
    clients: dict[str, Client]


def furnish(url: str) -> Shop:
    """Fill the demo shop at this address with one of each thing that a page can show."""
    records = SimpleNamespace(**_products(), **_offers())
    records.guides = [post.slug for post in Post.objects.exclude(slug="understanding-pockmarks")]
    vars(records).update(_guides(records.word, records.bare))
    index.rebuild()
    records.flatpages = _flatpages()
    records.promises = _promises()
    alex = records.user = User.objects.create_user(
        "alex", "alex@example.com", "plain-care", first_name="Alex", last_name="Example"
    )
    records.reset = f"{urlsafe_base64_encode(force_bytes(alex.pk))}/{default_token_generator.make_token(alex)}"
    vars(records).update(_account(alex, records.product, records.sized))
    staff = User.objects.create_user("staff", "house@example.com", "plain-care", is_staff=True)
    kim, ali = make_staff("kim"), make_staff("ali")
    _key(kim, "On my key ring", used_at=timezone.now())
    _key(kim, LONG_WORD[:64], confirmed=False)
    _key(ali, "On my key ring")
    _member(alex)  # in another browser
    newcomer = User.objects.create_user("sam", "sam@example.com", "plain-care", first_name="Sam")
    clients = {
        "guest": Client(),
        "newcomer": _member(newcomer),
        "staff": _member(staff),
        "staff with a new phone": signed_in(kim, verified=True),
        "staff with a phone": _at_the_second_step(make_staff("lee")),
        "staff with a key": _at_the_second_step(ali),
        "adding": Client(),
        "full basket": _shopper(records.product, records.size).client,
        "voucher": _shopper(records.product, voucher="TENOFF").client,
        "40 lines": _shopper(*records.kinds).client,
        "leaving": _shopper(records.product).client,
        "losing": _shopper(records.unpriced, records.product).client,
    }
    records.unpriced.stockrecords.update(price=None)
    stripe = StandIn(url, secret="")
    buyer = Shopper()
    buyer.client.force_login(alex)
    records.order = _paid(stripe, buyer, records.product, records.size)
    records.line = records.order.lines.first()
    buyer.add(records.product)
    Page(buyer.client, "/basket/").press("Save for later")
    clients["alex"] = buyer.client
    odd_things = [records.long, records.long_size, records.word, records.bare]
    abroad = Shopper()
    abroad.client.force_login(_abroad(records, odd_things))
    with mock.patch("shop.order.utils.unguessable_number", return_value=WIDEST_NUMBER):
        records.odd_order = _paid(stripe, abroad, *odd_things, **ABROAD, country="CA")
    for thing in odd_things:
        abroad.add(thing)
    abroad.client.get("/basket/")
    clients["odd"] = abroad.client
    guest = Shopper("guest@example.com")
    records.guest_order = _paid(stripe, guest, records.product)
    with mock.patch("time.time", return_value=0):
        records.old_link = path_to(records.guest_order)
    sender, caller = Shopper("guest@example.com"), Shopper("guest@example.com")
    records.sent_order = _paid(stripe, sender, records.product, records.size)
    _send_in_parts(records.sent_order)
    records.called_off = _paid(stripe, caller, records.product)
    call_off(records.called_off)
    email_change.ask(newcomer, "sam@elsewhere.example")
    records.email_change = Letter.objects.get(code="EMAIL_CONFIRMATION").context["path"]
    registration.answer.call(email="sam@new.example", way_on="/")
    records.registration = Letter.objects.get(code="REGISTRATION_LINK").context["path"]
    records.no_letters = reverse("no-review-letters", args=[asking.token(records.order)])
    records.guest_review = path_to_review(records.guest_order, records.product.pk)
    with mock.patch("time.time", return_value=0):
        records.old_guest_review = path_to_review(records.guest_order, records.product.pk)
    unpaid, bank = Shopper("guest@example.com"), Shopper("guest@example.com")
    records.unpaid, page = _ordered(unpaid, records.product)
    records.payment_page = urlsplit(page).path
    records.by_bank, _page = _ordered(bank, records.size)
    payments.pay_by_bank_debit(
        session_id=records.by_bank.session_id, payer=payments.Payer("guest@example.com", "Alex Example")
    )
    vars(records).update(_returns(records, stripe, guest))
    clients |= {"paid": guest.client, "sent": sender.client, "unpaid": unpaid.client, "by bank": bank.client}
    return Shop(records, clients)


def _products() -> dict[str, Any]:
    kinds = _forty_kinds()
    gel = Product.objects.get(slug="silicone-scar-gel")
    return {
        "treat": Category.objects.get(slug="treat"),
        "product": Product.objects.get(slug="renewal-retinol-serum"),
        "sized": gel,
        "size": gel.children.first(),
        "sold_out": make_product(title="Beard Oil", stock=0),
        "bare": make_product(title="Plain Soap"),
        "unreviewed": Product.objects.get(slug="spot-patches"),
        "unpriced": make_product(title="Shaving Bowl"),
        "long": make_product(title=LONG_TITLE[:255], price="12345.67"),
        "long_sized": (size := _long_in_a_size()).parent,
        "long_size": size,
        "word": make_product(title=LONG_WORD),
        "kinds": kinds,
    }


def _forty_kinds() -> list[Any]:
    """Forty things to buy that take one tile in the catalogue."""
    card = make_product(title="Sample Card")
    partner = card.stockrecords.get().partner
    card.stockrecords.all().delete()
    card.structure = Product.PARENT
    card.save()
    kinds = [Product.objects.create(structure=Product.CHILD, parent=card, title=f"No. {n}") for n in range(1, 41)]
    for kind in kinds:
        sku = f"CARD-{kind.pk}"
        kind.stockrecords.create(partner=partner, partner_sku=sku, price=Decimal("1.50"), num_in_stock=9)
    return kinds


def _long_in_a_size() -> Any:
    """A size whose whole name takes 300 characters, more than a line of an order may have."""
    title, _space, rest = LONG_TITLE[:255].rpartition(" ")
    bottle = make_product(title=title)
    stock = bottle.stockrecords.get()
    bottle.structure = Product.PARENT
    bottle.save()
    size = Product.objects.create(structure=Product.CHILD, parent=bottle, title=rest + LONG_TITLE[255:])
    bottle.stockrecords.update(product=size, price=stock.price)
    return size


def _guides(long: Any, bare: Any) -> dict[str, Any]:
    """Two guides that stand behind those of the demo in every list, and links to one that is not out."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    plain = make_post(
        title="Shaving Without a Mirror", summary="For mornings on the road.", publish_at=long_ago, updated_at=long_ago
    )
    add(plain, RichText, text="<p>One paragraph, and not a picture.</p>")
    reviewer = Author.objects.create(
        slug="reviewer", name=LONG_WORD, credentials=LONG_TITLE[:150], about=f"{LONG_TITLE} {LONG_WORD}"
    )
    guide = make_post(
        title=LONG_WORD,
        summary=LONG_TITLE,
        author=Author.objects.create(slug="arabic", name=ARABIC_NAME),
        reviewed_by=reviewer,
        reviewed_on=long_ago.date(),
        publish_at=long_ago - timedelta(days=1),
        updated_at=long_ago,
    )
    add(guide, RichText, text=f"<h2>{LONG_WORD}</h2><p>{LONG_WORD}</p><h3>{LONG_TITLE}</h3><p>{LONG_TITLE}</p>")
    add(guide, KeyFact, term=LONG_WORD[:60], fact=LONG_WORD)
    add(guide, ProductPick, product=long, why=LONG_WORD, not_for=LONG_WORD)
    add(guide, ProductPick, product=bare, why=LONG_TITLE)
    add(guide, Question, question=LONG_TITLE[:150], answer=f"<p>{LONG_WORD}</p>")
    add(guide, Source, publisher=LONG_WORD, title=LONG_TITLE[:150], url=f"https://example.com/{LONG_WORD}")
    topic = Topic.objects.create(slug="long", title=LONG_WORD[:60], sentence=LONG_TITLE[:200])
    guide.topics.add(topic)
    plain.topics.add(topic)
    draft = make_post(title="Razors, and What They Do", status=Post.Status.DRAFT)
    with mock.patch("time.time", return_value=0):
        old = sharing.path_to(draft)
    return {
        "plain_guide": plain,
        "long_guide": guide,
        "reviewer": reviewer,
        "long_topic": topic,
        "shared_draft": sharing.path_to(draft),
        "old_shared_draft": old,
    }


def _offers() -> dict[str, Any]:
    make_voucher()
    wash = Product.objects.get(slug="salicylic-face-wash")
    morning = Range.objects.create(
        name="For the morning", is_public=True, description="<p>Two steps, two minutes.</p>"
    )
    morning.add_product(wash)
    morning.add_product(Product.objects.get(slug="barrier-moisturizer"))
    offer = ConditionalOffer.objects.create(
        name="Ten percent off two for the morning",
        description="<p>Take two, and both cost ten percent less.</p>",
        offer_type=ConditionalOffer.SITE,
        condition=Condition.objects.create(range=morning, type=Condition.COUNT, value=2),
        benefit=Benefit.objects.create(range=morning, type=Benefit.PERCENTAGE, value=10),
    )
    return {"range": morning, "offer": offer}


def _promises() -> list[str]:
    """The pages of those in force, and of one that was."""
    returns = Promise.objects.in_force().get(slug=RETURNS)
    earlier = returns.get_version_url()
    returns.pk, returns.version, returns.in_force_from, returns._state.adding = None, 99, timezone.now(), True
    returns.save()
    return [earlier, *(promise.get_absolute_url() for promise in Promise.objects.in_force())]


def _flatpages() -> list[str]:
    """The paths of the pages that staff wrote; of a sample where there is none."""
    here = Site.objects.get_current()
    if not here.flatpage_set.exists():
        text = "<h2>Write to us</h2><p>We read every letter, and answer on business days.</p>"
        here.flatpage_set.create(url="/sample-page/", title="A page of text", content=text)
    return [page.url for page in here.flatpage_set.all()]


def _account(alex: Any, product: Any, wished: Any) -> dict[str, Any]:
    """One of each thing that an account can hold, besides orders."""
    wishlist = WishList.objects.create(owner=alex, name="For winter", visibility=WishList.PUBLIC)
    wishlist.add(product)
    wishlist.add(wished)
    WishList.objects.create(owner=alex, name="For later")
    long_ago = timezone.now() - timedelta(days=400)
    Notification.objects.create(
        recipient=alex, subject="Spot Patches are back", body="They are back.", date_read=long_ago
    )
    ProductReview.objects.create(
        product=product, user=alex, score=5, title=LONG_WORD, body=LONG_TITLE, status=ProductReview.APPROVED
    )
    return {
        "address": UserAddress.objects.create(user=alex, **HOME),
        "email": Email.objects.create(user=alex, email=alex.email, subject="A receipt", body_text="Thank you."),
        "notification": Notification.objects.create(recipient=alex, subject="It is back", body="Beard Oil is back."),
        "alert": ProductAlert.objects.create(user=alex, product=product),
        "guest_alert": ProductAlert.objects.create(email="guest@example.com", product=product),
        "wishlist": wishlist,
        "wished": wishlist.lines.first(),
        "review": ProductReview.objects.create(
            product=product,
            user=None,
            name="Sam",
            email="sam@example.com",
            score=4,
            title="Calm",
            body="It does what it says.",
            status=ProductReview.APPROVED,
        ),
    }


def _send_in_parts(order: Any) -> None:
    """One parcel has arrived, with the longest number there is; another is under way, by a carrier nobody knows."""
    first, second = order.lines.order_by("pk")
    handler = EventHandler()
    handler.send(order, Parcel(carrier="usps", number="9" * 34), {first: 1})
    handler.arrive(order)
    handler.send(
        order,
        Parcel(
            carrier="other", other_carrier=LONG_WORD[:60], number=LONG_WORD[:40], other_link="https://example.com/"
        ),
        {second: 1},
    )


def _returns(records: SimpleNamespace, stripe: StandIn, guest: Shopper) -> dict[str, Any]:
    """A guest's return at each of its stations, and a claim; one of the account, one of odd things; an old link."""
    sent = [_paid(stripe, guest, records.product, records.size) for _ in range(4)]
    for order in (records.order, records.odd_order, *sent):
        EventHandler().handle_order_status_change(order, Order.Status.SHIPPED)
    approved, received, refused = (_asked(order, "return") for order in sent[:3])
    arrived = [handling.Arrived(each.line_id, sealed=each.quantity) for each in received.lines.all()]
    handling.receive(received, arrived=arrived, by="staff")
    handling.refuse(refused, reason="The box came empty. The carrier weighed it, and found the same.", by="staff")
    labelled = _asked(sent[3], "return")
    handling.send_label(labelled, url="https://carrier.example/label.pdf", by="staff")
    claimed, taken_back = _asked(sent[3], "claim", line=1), _asked(records.order, "return")
    handling.withdraw(taken_back, by="the customer")
    with mock.patch("time.time", return_value=0):
        old_return_link = order_path(sent[0])
    with mock.patch("shop.returns.models.unguessable_number", return_value=WIDEST_NUMBER):
        odd = _asked(records.odd_order, "return")
    return {
        "old_return_link": old_return_link,
        "order_to_return": sent[0],
        "done_order": sent[3],
        "odd_return": odd,
        "account_return": taken_back,
        "cases": {
            "approved": approved,
            "received": received,
            "refused": refused,
            "labelled": labelled,
            "claim": claimed,
        },
    }


def _asked(order: Any, kind: str, line: int = 0) -> Any:
    chosen = [handling.Chosen(order.lines.order_by("pk")[line].pk, 1, "other", LONG_TITLE)]
    return handling.ask(order=order, kind=kind, chosen=chosen, token=uuid4(), by="the customer")


def _abroad(records: SimpleNamespace, wished: list[Any]) -> Any:
    """Somebody whose name, address and wishes are hard to fit in."""
    user = User.objects.create_user(
        "abroad", "abroad@example.com", "plain-care", first_name=ABROAD["first_name"], last_name=ABROAD["last_name"]
    )
    UserAddress.objects.create(user=user, country_id="CA", **ABROAD)
    records.odd_list = WishList.objects.create(owner=user, name=LONG_WORD, visibility=WishList.PUBLIC)
    for product in wished:
        records.odd_list.add(product)
    return user


def _key(user: Any, name: str, **fields: Any) -> None:
    """A security key that is only looked at: it opens nothing."""
    credential = urlsafe_base64_encode(f"{user.pk} {name}".encode())
    SecurityKey.objects.create(user=user, name=name, credential=credential, public_key=b"", sign_count=0, **fields)


def _at_the_second_step(user: Any) -> Client:
    phone_of(user)
    return signed_in(user, verified=False)


def _member(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _shopper(*products: Any, voucher: str = "") -> Shopper:
    shopper = Shopper()
    for product in products:
        shopper.add(product)
    if voucher:
        shopper.client.post("/basket/vouchers/add/", {"code": voucher})
    shopper.client.get("/basket/")  # reads what the additions had to say
    return shopper


def _ordered(shopper: Shopper, *products: Any, **changes: str) -> tuple[PaymentAttempt, str]:
    """The attempt to pay that the order waits for, and the address of its page at Stripe."""
    for product in products:
        shopper.add(product)
    page = shopper.press_pay(**changes)["Location"]
    return PaymentAttempt.objects.latest("created_at"), page


def _paid(stripe: StandIn, shopper: Shopper, *products: Any, **changes: str) -> Any:
    attempt, page = _ordered(shopper, *products, **changes)
    back = stripe.path_back(stripe.pay(page))
    assert parse_qs(urlsplit(back).query)["session_id"] == [attempt.session_id]
    shopper.client.get(back)
    return Order.objects.get(pk=attempt.order_id)
