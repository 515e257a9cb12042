"""The container files as data, for the tests that read them and the one that runs them."""

import re
import shlex
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = (ROOT / "deploy/nginx.conf").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]


def command(service: str) -> list[str]:
    """The words of a service's command."""
    return shlex.split(SERVICES[service]["command"])


def image_environment() -> dict[str, str]:
    """The variables that the image sets for whatever runs in it."""
    last_stage = DOCKERFILE.rsplit("FROM ", 1)[1]
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(re.findall(r"^ENV (.+)$", last_stage, re.MULTILINE))))


def compose_environment(service: str, values: dict[str, str]) -> dict[str, str]:
    """A service's variables, with each ${NAME} taken from `values`."""
    return {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda reference: values[reference[1]], value)
        for name, value in SERVICES[service]["environment"].items()
    }
