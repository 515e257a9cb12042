"""Killing a process at a line of our code, as a deploy, the kernel or a power cut does."""

import gc
import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connections

import shop
from shop.stripe_checkout import gateway

SHOP = str(Path(shop.__file__).parent) + os.sep
STRIPE = SHOP + "stripe_sandbox"


def dies(work: Callable[[], object], *, step: int, since: str) -> bool:
    """Do `work` in a process of its own, and kill that process (SIGKILL) as it comes to the `step`-th line of the
    shop's code that it has not been at before, counted from where it enters the module `since` (a path in shop/) on.
    False when it got through: there is no such line.

    The child shares nothing that talks: it opens its own connections to the database and to Stripe's stand-in, which
    runs on in the parent. It never comes back into pytest.
    """
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads: the child uses none of them
        child = os.fork()
    if child == 0:
        _live_until(step, SHOP + since, work)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert os.WEXITSTATUS(status) == 0, "The work itself went wrong; what it said is above."
    return False


def _live_until(step: int, since: str, work: Callable[[], object]) -> None:
    seen = set()

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        path = frame.f_code.co_filename
        if not path.startswith(SHOP) or path.startswith(STRIPE):
            return None
        if event == "line" and (seen or path == since):
            seen.add((path, frame.f_lineno))
            if len(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    # Under an event loop (Playwright leaves one in pytest's thread) Django keeps connections apart from those it had
    # before; a fork sees no loop, so it would find those of the parent, which stay open when this process dies.
    for inherited in connections.all(initialized_only=True):
        del connections[inherited.alias]
    gc.disable()  # it would touch all the memory that is shared with the parent, and so have it copied
    try:
        gateway._client_for.cache_clear()
        sys.settrace(trace)
        work()
    except BaseException:
        sys.settrace(None)
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)
