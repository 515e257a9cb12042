"""The rows of the rules about money ("What it must survive") each have a test that carries the row's number."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
ROWS = range(1, 39)  # 38 rows: the table's own numbers


def test_every_row_has_a_test_of_its_name():
    named = re.compile(r"^def test_row_(\d\d?)_", re.MULTILINE)
    found = {int(number) for path in TESTS.rglob("test_*.py") for number in named.findall(path.read_text())}
    assert found == set(ROWS)
