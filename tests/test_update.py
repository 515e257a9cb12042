"""deploy/update, with a `docker` that keeps a list of containers and writes down what it is asked."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.containers import ROOT, SERVICES

DOCKER = """#!/bin/sh
echo "$*" >>"$DIARY"
case "$*" in
  "compose ps --quiet web") cat "$RUNNING" ;;
  "compose up --detach --no-deps --no-recreate --scale web="*) printf 'new-1\\nnew-2\\n' >>"$RUNNING" ;;
  "compose run --rm --no-deps migrate") exit "$MIGRATION" ;;
  inspect*) echo "$HEALTH" ;;
esac
"""


@dataclass
class Host:
    """A machine with a shop of two web containers on it."""

    folder: Path

    def update(self, *, health: str = "healthy", migration: int = 0, running: str = "old-1\nold-2\n"):
        (self.folder / "running").write_text(running)
        environment = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "DIARY": str(self.folder / "diary"),
            "RUNNING": str(self.folder / "running"),
            "HEALTH": health,
            "MIGRATION": str(migration),
            "PATIENCE": "2",
        }
        return subprocess.run([ROOT / "deploy/update"], env=environment, capture_output=True, text=True)

    @property
    def diary(self) -> list[str]:
        return (self.folder / "diary").read_text().splitlines()


@pytest.fixture
def host(tmp_path) -> Host:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    return Host(tmp_path)


def test_old_containers_are_stopped_when_all_new_ones_are_ready(host):
    updated = host.update()
    assert updated.returncode == 0, updated.stderr
    asked = host.diary
    order = [
        "compose build",
        "compose run --rm --no-deps migrate",
        "compose up --detach --no-deps --no-recreate --scale web=4 web",
        "inspect --format {{.State.Health.Status}} new-1",
        "inspect --format {{.State.Health.Status}} new-2",
        "stop old-1 old-2",
        "rm old-1 old-2",
        "compose up --detach --no-deps worker nginx",
    ]
    assert [line for line in asked if line in order] == order


def test_old_containers_stay_when_a_new_one_does_not_become_ready(host):
    updated = host.update(health="unhealthy")
    assert updated.returncode == 1
    assert "The old one goes on." in updated.stderr
    assert "rm --force new-1 new-2" in host.diary
    assert [line for line in host.diary if line.startswith(("stop", "rm old"))] == []


def test_nothing_is_replaced_when_a_migration_fails(host):
    assert host.update(migration=1).returncode == 1
    assert host.diary[-1] == "compose run --rm --no-deps migrate"


def test_everything_is_started_where_nothing_runs(host):
    assert host.update(running="").returncode == 0
    assert host.diary[-1] == "compose up --detach"


@pytest.mark.parametrize("script", ["backup", "restore", "update"])
def test_scripts_name_services_that_exist(script):
    text = (ROOT / "deploy" / script).read_text()
    named = {word for word in ("web", "worker", "migrate", "postgres", "nginx") if f" {word}" in text}
    assert named
    assert named <= set(SERVICES)
    assert os.access(ROOT / "deploy" / script, os.X_OK)
