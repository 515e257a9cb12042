"""gunicorn's worker of threads, which answers all whom the system has let in, and leaves others their share."""

from time import sleep
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from shop.serving.sharing import more_than_another, say_that_it_left, say_that_we_hold

ON_THE_WAY = 0.1
"""Seconds after which whoever was being let in, is."""

COURTESY = 0.001
"""Seconds for which another process may go first, for each connection that we hold more than it."""

LONGEST_COURTESY = 0.02


class Worker(ThreadWorker):
    def set_accept_enabled(self, enabled: bool) -> None:
        """When it ends: take everybody from the queue, and close the socket at once, not after the last answer."""
        super().set_accept_enabled(enabled)
        if enabled:
            say_that_we_hold(self.nr_conns, process=self.age)
        elif not self.alive:
            say_that_it_left(self.age)
            for wait in (0, ON_THE_WAY):
                sleep(wait)
                for listener in self.sockets:
                    self._take_all(listener)
            for listener in self.sockets:
                listener.close()

    def accept(self, listener: Any) -> None:
        if self.alive and (more := more_than_another(self.nr_conns)):
            sleep(min(more * COURTESY, LONGEST_COURTESY))
        super().accept(listener)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(timeout)
        if self.alive:
            say_that_we_hold(self.nr_conns, process=self.age)

    def _take_all(self, listener: Any) -> None:
        before = -1
        while before < self.nr_conns:
            before = self.nr_conns
            self.accept(listener)
