"""For tests of how it is served: answers at once, or after as many seconds as the path says, and names its process."""

import os
from time import sleep


def application(environ, start_response):
    sleep(float(environ["PATH_INFO"].strip("/") or 0))
    process = ("X-Process", str(os.getpid()))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2"), process])
    return [b"ok"]
