"""A mail server for tests: speaks enough SMTP for Django to send to it, and keeps what it was sent."""

from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread


class Conversation(StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            verb = line.split()[0].upper()
            if verb == b"RCPT" and self.server.refuses:
                self.say("550 nobody of that name")
            elif verb == b"DATA":
                self.take_mail()
            elif verb == b"QUIT":
                self.say("221 goodbye")
                return
            else:
                self.say("250 fine")

    def take_mail(self) -> None:
        self.server.was_asked.set()
        self.server.answers.wait()
        self.say("354 go on")
        mail = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return  # the sender went away in the middle
            mail.append(line)
        self.server.mails.append(b"".join(mail).decode())
        self.say("250 taken")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class MailServer(ThreadingTCPServer):
    """Takes mail in `mails`; keeps a sender waiting while `answers` is cleared; refuses everybody if it `refuses`."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.port: int = self.server_address[1]
        self.mails: list[str] = []
        self.refuses = False
        self.was_asked = Event()
        self.answers = Event()
        self.answers.set()

    def __enter__(self) -> "MailServer":
        Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.answers.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed is no error of the server's."""
