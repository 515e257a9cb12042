"""How gunicorn stops without losing a request; gunicorn.conf.py puts it to work.

gunicorn itself stops taking connections at once, but its socket stays open for as long as a request is under way.
The system goes on letting callers in, they wait in its queue, and are cut off when the last process closes the socket.
Here the door is shut first: nobody new is let in, whoever waits in the queue is answered, then the socket closes.
"""

from mmap import mmap

_said = mmap(-1, 1)  # one byte that gunicorn's processes share: it is made before they part


def say_that_we_stop() -> None:
    """From now on /readyz/ answers 503 in each process, so that whoever shares out requests goes elsewhere."""
    _said[0] = 1


def we_stop() -> bool:
    return bool(_said[0])
