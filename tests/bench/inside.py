"""Runs a module of the bench inside a project: `python -m tests.bench.inside large_shop 10000 1000`.

A process knows the settings of one project only, and models can be imported only once it knows them. So what needs
models runs in a process of its own.
"""

import os
import subprocess
import sys
from importlib import import_module
from typing import Any

import django


def run_inside(variables: dict[str, str], module: str, *words: str, sent: str = "") -> str:
    """Call the main function of that module with these words. Gives what it prints; `sent` is what it reads."""
    return subprocess.run(
        [sys.executable, "-m", __name__, module, *words],
        env=os.environ | variables,
        input=sent,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def main() -> Any:
    django.setup()
    module, *words = sys.argv[1:]
    import_module(f"tests.bench.{module}").main(*words)


if __name__ == "__main__":
    main()
