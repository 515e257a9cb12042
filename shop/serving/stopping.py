"""What gunicorn's master does when it is told to stop."""

import ctypes
import socket
import struct
import sys
from time import sleep
from typing import Any

from shop.serving import say_that_we_stop

SO_ATTACH_FILTER = 26
"""As Linux numbers it (asm-generic/socket.h); Python has no name for it."""

WITHOUT_NEWCOMERS = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (0x30, 0, 0, 13),  # load the byte of TCP's flags
        (0x45, 0, 1, 0x02),  # is SYN among them?
        (0x06, 0, 0, 0),  # then drop the packet
        (0x06, 0, 0, 0xFFFFFFFF),  # else take all of it
    )
)
"""A classic BPF program (kernel.org, "Linux Socket Filtering"): opens no connection, goes on with those under way."""


def stop_gently(server: Any, *, seconds: float) -> None:
    """Have this gunicorn, told to stop by SIGTERM, say so on /readyz/, wait so many seconds, then shut the door."""
    stop = server.handle_term

    def stop_after_shutting_the_door() -> None:
        say_that_we_stop()
        sleep(seconds)
        if not (server.reexec_pid or server.master_pid):  # a new gunicorn (SIGUSR2) may answer at the same door
            for listener in server.LISTENERS:
                shut(listener)
        stop()

    server.handle_term = stop_after_shutting_the_door


def shut(listener: Any) -> None:
    """Let nobody new in at that socket. Who calls tries again in a second, finds it closed and goes elsewhere."""
    if sys.platform != "linux" or listener.family not in (socket.AF_INET, socket.AF_INET6):
        return
    program = ctypes.create_string_buffer(WITHOUT_NEWCOMERS, len(WITHOUT_NEWCOMERS))
    size = len(WITHOUT_NEWCOMERS) // struct.calcsize("HBBI")
    listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", size, ctypes.addressof(program)))
