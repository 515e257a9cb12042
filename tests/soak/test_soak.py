"""Half a minute of the soak; `make soak` runs it for as long as one likes."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.containers import ROOT
from tests.deployed import REDIS_PORT, answers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL"),
    pytest.mark.skipif(not answers(REDIS_PORT), reason="needs Redis at 127.0.0.1:6379"),
]


def test_both_books_agree_after_half_a_minute_of_everything():
    words = [sys.executable, "-m", "tests.soak", "--minutes", "0.5", "--seed", "1"]
    soaked = subprocess.run(words, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True)
    assert soaked.returncode == 0, soaked.stdout + soaked.stderr
