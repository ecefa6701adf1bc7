"""Named points of a run where a fault test can stop it: proof that a stage was running when killed.

With MALMOI_PAUSE_AT set to a point's name, a process that reaches it writes one line to stderr and
waits to be killed.  Unset, as always but in tests/faults, a point costs one dictionary look-up.
"""

from __future__ import annotations

import os
import signal
import sys

VARIABLE = "MALMOI_PAUSE_AT"


def reach(point: str) -> None:
    """Pause for good when this is the point that the test asked for."""
    if os.environ.get(VARIABLE) == point:
        sys.stderr.write(f"malmoi paused at {point} pid {os.getpid()}\n")
        sys.stderr.flush()
        signal.pause()
