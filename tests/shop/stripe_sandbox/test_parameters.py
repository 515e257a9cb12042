"""The rules for what a shop may ask, read from the wire as the SDK writes it."""

from copy import deepcopy
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from stripe._encode import _api_encode

from shop.stripe_sandbox import encoding, parameters
from shop.stripe_sandbox.errors import InvalidParameter

from .conftest import SESSION

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = 60
HOUR = 60 * MINUTE


def read(asked: dict) -> dict:
    """What the stand-in makes of a request for a session."""
    sent = encoding.decode(urlencode(list(_api_encode(asked))).encode())
    session = parameters.CREATE_SESSION.read(sent)
    parameters.check_session(session, now=NOW)
    return session


def asked(**changes) -> dict:
    """The good request with some top-level parameters changed, or left out where None."""
    return {name: value for name, value in (SESSION | changes).items() if value is not None}


def with_item(**changes) -> dict:
    """The good request with its first line item's price_data (or quantity) changed, or left out where None."""
    request = deepcopy(SESSION)
    item = request["line_items"][0]
    for name, value in changes.items():
        holder = item if name in ("quantity", "price", "price_data") else item["price_data"]
        holder[name] = value
    return request


def refusal(request: dict) -> InvalidParameter:
    with pytest.raises(InvalidParameter) as caught:
        read(request)
    return caught.value


def test_a_good_request_is_read_with_its_types():
    assert read(SESSION) == SESSION


@pytest.mark.parametrize("name", ["mode", "success_url", "line_items"])
def test_a_missing_parameter_is_named(name):
    error = refusal(asked(**{name: None}))
    assert (error.code, error.param) == ("parameter_missing", name)
    assert error.message == f"Missing required param: {name}."


@pytest.mark.parametrize(
    ("request_", "param"),
    [
        (with_item(quantity=None), "line_items[0][quantity]"),
        (with_item(currency=None), "line_items[0][price_data][currency]"),
        (with_item(price_data=None), "line_items[0][price_data]"),
        (with_item(product_data=None), "line_items[0][price_data][product_data]"),
        (with_item(product_data={"description": "x"}), "line_items[0][price_data][product_data][name]"),
        (with_item(unit_amount=None), "line_items[0][price_data][unit_amount]"),
    ],
)
def test_a_missing_nested_parameter_is_named_with_its_place(request_, param):
    error = refusal(request_)
    assert (error.code, error.param) == ("parameter_missing", param)


def test_an_unknown_parameter_is_named():
    error = refusal(asked(sucess_url="https://shop.example/"))
    assert (error.code, error.param) == ("parameter_unknown", "sucess_url")
    assert error.message == "Received unknown parameter: sucess_url"


def test_an_unknown_nested_parameter_is_named_with_its_place():
    error = refusal(with_item(colour="blue"))
    assert (error.code, error.param) == ("parameter_unknown", "line_items[0][price_data][colour]")


def test_a_parameter_of_stripe_that_the_stand_in_lacks_is_refused_in_so_many_words():
    assert "does not simulate the parameter discounts" in refusal(asked(discounts=[{"coupon": "x"}])).message


@pytest.mark.parametrize(
    ("request_", "code", "param"),
    [
        (with_item(quantity="two"), "parameter_invalid_integer", "line_items[0][quantity]"),
        (with_item(quantity="1.5"), "parameter_invalid_integer", "line_items[0][quantity]"),
        (with_item(quantity=0), "parameter_invalid_integer", "line_items[0][quantity]"),
        (with_item(unit_amount=-1), "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        (with_item(unit_amount=100_000_000), "amount_too_large", "line_items[0][price_data][unit_amount]"),
        (with_item(unit_amount_decimal="1.5"), "parameters_exclusive", "line_items[0][price_data][unit_amount]"),
        (with_item(currency="xyz"), "", "line_items[0][price_data][currency]"),
        (with_item(price="price_1"), "resource_missing", "line_items[0][price]"),
        (asked(mode="donation"), "", "mode"),
        (asked(mode="subscription"), "", "mode"),
        (asked(mode={"payment": "1"}), "", "mode"),
        (asked(line_items="everything"), "", "line_items"),
        (asked(metadata="everything"), "", "metadata"),
        (asked(success_url=""), "parameter_invalid_empty", "success_url"),
        (asked(success_url="/thanks/"), "url_invalid", "success_url"),
        (asked(success_url="javascript:alert(1)"), "url_invalid", "success_url"),
        (asked(cancel_url="https://"), "url_invalid", "cancel_url"),
        (asked(customer_email="alex"), "email_invalid", "customer_email"),
        (asked(client_reference_id="x" * 201), "", "client_reference_id"),
        (asked(expires_at="tomorrow"), "parameter_invalid_integer", "expires_at"),
        (asked(expand=["customer.friends"]), "", "expand[0]"),
    ],
)
def test_a_wrong_value_is_refused(request_, code, param):
    error = refusal(request_)
    assert (error.code, error.param) == (code, param)


def test_choices_are_listed_as_stripe_lists_them():
    assert refusal(asked(mode="donation")).message == "Invalid mode: must be one of payment, setup, or subscription"


def test_hundred_line_items_are_taken():
    items = [SESSION["line_items"][0]] * 100
    assert len(read(asked(line_items=items))["line_items"]) == 100


def test_a_hundred_and_first_line_item_is_refused():
    error = refusal(asked(line_items=[SESSION["line_items"][0]] * 101))
    assert error.param == "line_items"


def test_line_items_keep_their_order_beyond_the_tenth():
    items = [with_item(unit_amount=100 + n)["line_items"][0] for n in range(12)]
    amounts = [item["price_data"]["unit_amount"] for item in read(asked(line_items=items))["line_items"]]
    assert amounts == list(range(100, 112))


@pytest.mark.parametrize(
    ("currency", "minimum"),
    [("usd", 50), ("gbp", 30), ("jpy", 50), ("huf", 17500)],
)
def test_the_minimum_is_enough_and_a_unit_less_is_not(currency, minimum):
    def one(amount):
        item = with_item(currency=currency, unit_amount=amount, quantity=1)["line_items"][0]
        return asked(line_items=[item])

    assert read(one(minimum))
    assert refusal(one(minimum - 1)).code == "amount_too_small"


def test_the_minimum_is_said_in_its_currency():
    item = with_item(unit_amount=10, quantity=1)["line_items"][0]
    message = "The Checkout Session's total amount due must add up to at least $0.50 usd"
    assert refusal(asked(line_items=[item])).message == message


def test_three_decimal_currencies_end_in_zero():
    item = with_item(currency="kwd", unit_amount=1005, quantity=1)["line_items"][0]
    assert refusal(asked(line_items=[item])).param == "line_items[0][price_data][unit_amount]"


def test_decimal_amounts_are_rounded_once_the_quantity_is_in():
    item = with_item(unit_amount=None, unit_amount_decimal="333.333", quantity=3)["line_items"][0]
    assert parameters.line_amount(read(asked(line_items=[item]))["line_items"][0]) == 1000


def test_currencies_do_not_mix():
    items = [SESSION["line_items"][0], with_item(currency="eur")["line_items"][0]]
    assert refusal(asked(line_items=items)).param == "line_items[1][price_data][currency]"


@pytest.mark.parametrize("seconds", [30 * MINUTE, 24 * HOUR])
def test_a_session_may_last_from_thirty_minutes_to_a_day(seconds):
    assert read(asked(expires_at=int(NOW.timestamp()) + seconds))


@pytest.mark.parametrize("seconds", [30 * MINUTE - 1, 24 * HOUR + 1, -HOUR])
def test_a_session_may_not_last_shorter_or_longer(seconds):
    assert refusal(asked(expires_at=int(NOW.timestamp()) + seconds)).param == "expires_at"


def test_metadata_holds_fifty_keys():
    assert len(read(asked(metadata={f"key{n}": "x" for n in range(50)}))["metadata"]) == 50


@pytest.mark.parametrize(
    ("metadata", "param"),
    [
        ({f"key{n}": "x" for n in range(51)}, "metadata"),
        ({"k" * 41: "x"}, "metadata"),
        ({"key": "x" * 501}, "metadata[key]"),
        ({"key": {"nested": "x"}}, "metadata[key]"),
    ],
)
def test_metadata_over_its_limits_is_refused(metadata, param):
    assert refusal(asked(metadata=metadata)).param == param


@pytest.mark.parametrize("encoded", [b"a=%ff", b"a=\xff", b"a=%00", b"a=1&a[b]=2", b"a[b]=2&a=1", b"a" + b"[b]" * 50])
def test_what_cannot_be_decoded_is_refused(encoded):
    with pytest.raises(InvalidParameter):
        encoding.decode(encoded)


def test_too_many_parameters_are_refused():
    with pytest.raises(InvalidParameter):
        encoding.decode("&".join(f"a{n}=1" for n in range(encoding.MOST_FIELDS + 1)).encode())


def test_an_array_without_positions_is_read_in_order():
    assert encoding.decode(b"expand[]=b&expand[]=a") == {"expand": {"0": "b", "1": "a"}}


def test_a_key_with_stray_brackets_is_an_unknown_parameter():
    assert encoding.decode(b"a]b[=1") == {"a]b[": "1"}
