"""docs/security.md has a row for each requirement, and the tests that it names exist."""

import re
from collections import Counter

import pytest

from tests.containers import ROOT

TEXT = (ROOT / "docs/security.md").read_text()
PROOF = re.compile(r"`(test_\w+)::(test_\w+)`")
ROW = re.compile(r"^\| ([\d., ]+) \| (.+) \|$", re.MULTILINE)

# Of OWASP ASVS 5.0.0, the requirements of levels 1 and 2 in each section, without the chapters on OAuth and WebRTC.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip


def test_each_requirement_has_one_row():
    asvs = TEXT[: TEXT.index("## PCI DSS")]
    rows = Counter(number for row in ROW.findall(asvs) for number in row[0].split(", "))
    wanted = {f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)}
    assert rows == Counter(wanted)


@pytest.mark.parametrize(("module", "test"), sorted(set(PROOF.findall(TEXT))), ids="-".join)
def test_what_proves_it_exists(module, test):
    files = list((ROOT / "tests").rglob(f"{module}.py"))
    assert any(re.search(rf"^def {test}\(", file.read_text(), re.MULTILINE) for file in files)


def test_every_row_says_something():
    assert [numbers for numbers, says in ROW.findall(TEXT) if len(says) < 10] == []
