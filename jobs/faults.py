"""Named points of a run where a fault test can stop it: proof that a stage was running when killed.

With MALMOI_PAUSE_AT set to a point's name, a process that reaches it writes one line to stderr and
waits to be killed.  MALMOI_PAUSE_ONCE names a file that holds the process id of the first to pause; once
it is there, all others pass.  Unset, as always but in tests, a point costs one dictionary look-up.
"""

from __future__ import annotations

import os
import signal
import sys

VARIABLE = "MALMOI_PAUSE_AT"
ONCE = "MALMOI_PAUSE_ONCE"


def reach(point: str) -> None:
    """Pause for good when this is the point that the test asked for."""
    if os.environ.get(VARIABLE) == point and _first():
        sys.stderr.write(f"malmoi paused at {point} pid {os.getpid()}\n")
        sys.stderr.flush()
        signal.pause()


def _first() -> bool:
    if not (path := os.environ.get(ONCE)):
        return True
    try:
        with open(path, "x", encoding="ascii") as stream:
            stream.write(str(os.getpid()))
    except FileExistsError:
        return False
    return True
