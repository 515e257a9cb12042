"""How gunicorn's processes share out the connections that are kept open.

The system gives a new connection to whichever process is there first. That is often the same one many times over, and
what has been let in stays there: with sixteen connections, one of two processes may hold all of them while the other
has nothing to do. So each says how many it holds, and whoever holds more lets the others go first, for a moment.
"""

from mmap import mmap

PLACES = 256
MOST = 254
"""More connections than that count as so many."""

# One byte for each process, 0 for one that is not there, else one more than it holds: shared, since it is made before
# the processes part.
_held = mmap(-1, PLACES)


def say_that_we_hold(connections: int, *, process: int) -> None:
    """`process` is gunicorn's own number of a worker, counted up from 1."""
    _held[process % PLACES] = 1 + min(connections, MOST)


def say_that_it_left(process: int) -> None:
    _held[process % PLACES] = 0


def more_than_another(connections: int) -> int:
    """By how many this exceeds what the process holds that holds fewest."""
    fewest = min((held - 1 for held in _held[:] if held), default=0)
    return max(0, min(connections, MOST) - fewest)
