"""What befalls the shop's own machines."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from tests.shop.outbox.mail_server import MailServer
from tests.soak.actors import Actor


class Killer(Actor):
    """Ends a gunicorn worker, or the worker, without a word. gunicorn starts another one by itself."""

    def act(self) -> None:
        self.pause(3, 10)
        if self.stop.is_set():
            return
        if self.chance(0.6):
            master = self.shop.web.process.pid
            children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            self.log.web_killed.append(time.monotonic())
            os.kill(int(self.random.choice(children)), signal.SIGKILL)
        else:
            self.log.worker_killed.append(time.monotonic())
            self.shop.worker.kill()
            self.shop.worker.start()


class PostOffice(Actor):
    """A mail server that is down half of the time, `mails` are what it took."""

    def __init__(self, name: str, *, port: int, **options: Any) -> None:
        super().__init__(name, **options)
        self.port = port
        self.mails: list[str] = []

    def act(self) -> None:
        with self.up():
            self.pause(3, 8)
        self.pause(3, 8)

    def up(self) -> MailServer:
        server = MailServer(self.port)
        server.mails = self.mails
        return server
