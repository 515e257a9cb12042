"""gunicorn's worker of threads, which answers all whom the system has let in."""

from time import sleep
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

ON_THE_WAY = 0.1
"""Seconds after which whoever was being let in, is."""


class Worker(ThreadWorker):
    def set_accept_enabled(self, enabled: bool) -> None:
        """When it ends: take everybody from the queue, and close the socket at once, not after the last answer."""
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for wait in (0, ON_THE_WAY):
                sleep(wait)
                for listener in self.sockets:
                    self._take_all(listener)
            for listener in self.sockets:
                listener.close()

    def _take_all(self, listener: Any) -> None:
        before = -1
        while before < self.nr_conns:
            before = self.nr_conns
            self.accept(listener)
