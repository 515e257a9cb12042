"""nginx and PgBouncer as processes on ports of this machine: nginx with deploy/nginx.conf as it stands there."""

import getpass
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.containers import NGINX
from tests.ports import STARTING_SECONDS, answers, comes_true, free_port

PLACES = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"])
"""Debian keeps both where only root's PATH leads."""

Swaps = dict[str, str]
FORGETS_SLOWLY: Swaps = {"rate=20r/s;": "rate=1r/m;"}
"""The wall, for a machine too slow to flood it."""
FOR_A_CROWD: Swaps = {"rate=20r/s;": "rate=10000r/s;", "limit_conn at_once 60;": "limit_conn at_once 10000;"}
"""No wall to speak of, since all shoppers of a test come from one address."""


def installed(program: str) -> bool:
    return shutil.which(program, path=PLACES) is not None


@contextmanager
def nginx(folder: Path, *, port: int, web_ports: list[int], media: Path, wall: Swaps) -> Iterator[None]:
    """nginx on that port, before gunicorns on these. What it logs is in `folder`."""
    file = folder / "nginx.conf"
    text = _on_this_machine(folder, port, web_ports, media, wall)
    file.write_text(f"daemon off;\npid {folder}/nginx.pid;\n" + text)
    words = [shutil.which("nginx", path=PLACES), "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")]
    with _running(words, port):
        yield


def _on_this_machine(folder: Path, port: int, web_ports: list[int], media: Path, wall: Swaps) -> str:
    """The configuration, with what containers give swapped for what there is here.

    Debian's nginx is older than the container's: it does not ask again where a server is.
    """
    servers = "\n".join(f"        server 127.0.0.1:{web_port} max_fails=0;" for web_port in web_ports)
    swapped = {
        "        server web:8000 resolve max_fails=0;": servers,
        "listen 80 default_server;": f"listen 127.0.0.1:{port} default_server;",
        "/dev/stdout": f"{folder}/access.log",
        "/dev/stderr": f"{folder}/error.log",
        "/var/cache/nginx/shop": f"{folder}/cache",
        "/srv/media/": f"{media}/",
        "/srv/deploy": f"{folder}/deploy",
        "worker_processes auto;": "worker_processes 1;",
    }
    text = NGINX
    for ours, here in (swapped | wall).items():
        assert ours in text, ours
        text = text.replace(ours, here)
    text = re.sub(r"resolver [^;]+;", "", text)
    scratch = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi"))
    scratch += "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("uwsgi", "scgi"))
    shutil.copytree(Path(__file__).resolve().parents[1] / "deploy", folder / "deploy", dirs_exist_ok=True)
    user = f"user {getpass.getuser()};\n" if os.getuid() == 0 else ""
    return user + text.replace("http {\n", "http {\n" + scratch, 1)


@contextmanager
def pgbouncer(folder: Path, database: str) -> Iterator[str]:
    """PgBouncer before the server of this URL, lending a connection for one transaction only; the URL through it."""
    server, port = urlsplit(database), free_port()
    file = folder / "pgbouncer.ini"
    password = f" password={server.password}" if server.password else ""
    target = f"host={server.hostname} port={server.port or 5432} user={server.username}{password}"
    file.write_text(
        f"""[databases]
* = {target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
"""
    )
    words = [shutil.which("pgbouncer", path=PLACES), str(file)]
    if os.getuid() == 0:  # PgBouncer refuses to run as root
        words += ["--user", "nobody"]
        folder.chmod(0o755)
    with _running(words, port):
        yield server._replace(netloc=f"{server.username}@127.0.0.1:{port}").geturl()


@contextmanager
def _running(words: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(words)
    try:
        assert comes_true(STARTING_SECONDS, lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, words
        yield
    finally:
        process.terminate()
        process.wait()
