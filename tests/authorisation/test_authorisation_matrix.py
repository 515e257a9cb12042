"""Every URL of the shop opens to those whom matrix.txt names, and to nobody else."""

import pytest
from django.db import connection
from django.test import Client

from tests.authorisation.matrix import ANONYMOUS, CUSTOMER, GROUPS, NO_GROUP, ROWS, doors, fault, row_of
from tests.staff import make_staff, signed_in

DOORS = doors()


def visitor(who: str) -> Client:
    if who == ANONYMOUS:
        return Client()
    if who == CUSTOMER:
        return signed_in(make_staff("alex", is_staff=False), verified=False)
    return signed_in(make_staff(groups=(who,) if who in GROUPS else ()))


def test_every_url_has_a_row():
    assert [door.name for door in DOORS if row_of(door) is None] == []


def test_every_row_has_a_url():
    assert [row.names for row in ROWS if row not in {row_of(door) for door in DOORS}] == []


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor == "postgresql", reason="takes minutes, and doors are the same on both")
@pytest.mark.parametrize("who", [ANONYMOUS, CUSTOMER, NO_GROUP, *GROUPS])
def test_doors_open_as_the_table_says(db, who):
    client = visitor(who)
    met = {f"{door.name} {door.path({})}": fault(row_of(door), who, client, door.path({})) for door in DOORS}
    assert {where: wrong for where, wrong in met.items() if wrong} == {}
