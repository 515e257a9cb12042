"""Answers at once, or after as many seconds as the path says; for tests of how it is served."""

from time import sleep


def application(environ, start_response):
    sleep(float(environ["PATH_INFO"].strip("/") or 0))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
