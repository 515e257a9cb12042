"""A PostgreSQL and a Redis of one's own, to be stopped and killed while the shop runs on them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deployed import Program
from tests.ports import STARTING_SECONDS, answers, comes_true, free_port

OWNER = "postgres"
"""Who runs PostgreSQL where we are root, as whom it does not run."""


class Postgresql:
    """On a free port; everybody on this machine may do everything."""

    def __init__(self, data: Path) -> None:
        self._data, self.port = data, free_port()
        self._bin = Path(
            subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        )
        self._run("initdb", "--auth=trust", f"--username={OWNER}")

    @property
    def url(self) -> str:
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
        self._run("pg_ctl", "--wait", f"--options={options}", f"--log={self._data}/log", "start")

    def stop(self) -> None:
        """As an administrator does who does not wait for anybody: connections break."""
        self._run("pg_ctl", "--wait", "--mode=fast", "stop")

    def restart(self) -> None:
        self.stop()
        self.start()

    def _run(self, program: str, *words: str) -> None:
        owner = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*owner, self._bin / program, f"--pgdata={self._data}", *words],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._data,
        )


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    data = tempfile.mkdtemp(prefix="postgresql-")
    if os.geteuid() == 0:
        shutil.chown(data, OWNER)
    server = Postgresql(Path(data))
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(data)


class Redis(Program):
    """On a free port, with nothing on disk: what is killed is forgotten."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        super().__init__([shutil.which("redis-server") or "redis-server", *words], {}, folder / "redis.log")

    def start(self) -> None:
        super().start()
        assert comes_true(STARTING_SECONDS, lambda: answers(self.port))
