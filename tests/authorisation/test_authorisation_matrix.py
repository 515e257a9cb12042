"""Every URL of the shop opens to those whom matrix.txt names, and to nobody else: with what is made up in its address,
with customer B's things there, and with a form. Of what it keeps from somebody it takes nothing from him either.
"""

import pytest
from django.db import connection

from tests.authorisation import matrix, things
from tests.authorisation.knocking import Found, faults, knock
from tests.authorisation.matrix import ANONYMOUS, CUSTOMER, CUSTOMER_B, GROUPS, NO_GROUP, doors, row_of
from tests.authorisation.things import NOTHING, thing_words, words_of

DOORS = doors()
BY_LINK = [door for door in DOORS if "secret" in thing_words(door).values()]

# Forms hold keys of rows. SQLite gives the rows of each test the same ones; on PostgreSQL they would name nothing.
tries_all_doors = pytest.mark.skipif(connection.vendor == "postgresql", reason="forms are filled in once for all")


def test_every_url_has_a_row():
    assert [door.name for door in DOORS if row_of(door) is None] == []


def test_every_row_has_a_url():
    assert [row.names for row in matrix.ROWS if row not in {row_of(door) for door in DOORS}] == []


def test_every_address_names_a_thing_or_says_why_not():
    named = {door: thing_words(door).keys() >= {*door.parameters} for door in DOORS}
    assert [door for door in DOORS if not named[door] and not (words_of(door) or "").startswith(NOTHING)] == []


def test_every_row_of_things_has_a_url():
    used = {words_of(door) for door in DOORS if door.parameters}
    assert [names for names, words in things.ROWS if words not in used] == []


@tries_all_doors
@pytest.mark.filterwarnings("ignore:The default scheme:DeprecationWarning")  # of Oscar's URL fields, in the admin
@pytest.mark.parametrize("who", [ANONYMOUS, CUSTOMER, CUSTOMER_B, NO_GROUP, *GROUPS])
def test_doors_open_as_the_table_says(house, who):
    met = {f"{door.name} {door.route}": [*faults(door, who, house)] for door in DOORS}
    assert {door: wrong for door, wrong in met.items() if wrong} == {}


@tries_all_doors
def test_link_opens_to_whoever_has_it(house):
    tried = {door: house.things.tried(door) for door in BY_LINK}
    met = {door: knock(house.browsers[ANONYMOUS], door.path(at.known | at.secret)) for door, at in tried.items()}
    assert {door: at.status for door, at in met.items() if at.found is not Found.OPEN} == {}
