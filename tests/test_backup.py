"""deploy/backup and deploy/restore: what comes back is what there was, to the last byte."""

import os
import subprocess
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.containers import ROOT
from tests.deployed import fresh_database, query
from tests.shop.background.test_workers import url_of_this_database

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
# By name: PostgreSQL words the same check otherwise once it has read it back.
REST = """
    SELECT tablename::text, 'i ' || indexname FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT conrelid::regclass::text, contype::text || ' ' || conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    ORDER BY 1, 2
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL in DATABASE_URL"),
]


def run(script: str, *words: str, database: str, media: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": database, "MEDIA_ROOT": str(media)}
    return subprocess.run([ROOT / "deploy" / script, *words], env=environment, capture_output=True, text=True)


def contents(database: str) -> dict[str, tuple[int, str]]:
    """Rows and checksum of every table."""
    checked = "SELECT count(*), md5(coalesce(string_agg(row::text, '\n' ORDER BY row::text), '')) FROM {} AS row"
    return {table: query(database, checked.format(f'"{table}"'))[0] for (table,) in query(database, TABLES)}


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def shop(transactional_db, demo_shop, settings) -> tuple[str, Path]:
    """The demo shop: the address of its database, and the folder of its pictures."""
    return url_of_this_database(), Path(settings.MEDIA_ROOT)


def test_backup_comes_back_to_the_last_byte(shop, tmp_path):
    database, media = shop
    kept, there = tmp_path / "backup", tmp_path / "there"
    backed_up = run("backup", str(kept), database=database, media=media)
    assert (backed_up.returncode, backed_up.stdout.strip()) == (0, str(kept)), backed_up.stderr
    before = contents(database)
    assert before["catalogue_product"][0] > 5
    with fresh_database() as empty:
        restored = run("restore", str(kept), database=empty, media=there)
        assert restored.returncode == 0, restored.stderr
        assert contents(empty) == before
        assert query(empty, SEQUENCES) == query(database, SEQUENCES)
        assert query(empty, REST) == query(database, REST)
    assert files(there) == files(media)
    assert len(files(media)) > 20


def test_full_database_is_left_alone(shop, tmp_path):
    database, media = shop
    kept = tmp_path / "backup"
    run("backup", str(kept), database=database, media=media)
    before = contents(database)
    refused = run("restore", str(kept), database=database, media=tmp_path / "there")
    assert refused.returncode == 1
    assert "a backup goes into an empty one. Nothing was done." in refused.stderr
    assert contents(database) == before
    assert not (tmp_path / "there").exists()


def test_damaged_backup_is_not_restored(shop, tmp_path):
    database, media = shop
    kept = tmp_path / "backup"
    run("backup", str(kept), database=database, media=media)
    with (kept / "database").open("ab") as file:
        file.write(b"x")
    with fresh_database() as empty:
        refused = run("restore", str(kept), database=empty, media=tmp_path / "there")
        assert query(empty, TABLES) == []
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (1, "The backup is damaged; nothing was done.")


def test_backup_that_fails_leaves_nothing_that_looks_like_one(shop, tmp_path):
    database, media = shop
    elsewhere = urlsplit(database)._replace(path="/there_is_no_such_database").geturl()
    failed = run("backup", str(tmp_path / "backup"), database=elsewhere, media=media)
    assert failed.returncode != 0
    assert not (tmp_path / "backup").exists()


def test_backup_is_not_written_over_another(shop, tmp_path):
    database, media = shop
    (tmp_path / "backup").mkdir()
    refused = run("backup", str(tmp_path / "backup"), database=database, media=media)
    assert (refused.returncode, list((tmp_path / "backup").iterdir())) == (1, [])
