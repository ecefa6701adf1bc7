"""pyspark's daemon of Python workers, silent about the end of a session.

A session that stops closes the sockets of its idle workers before it ends them.  A worker that is faster
writes that it cannot read, cannot write that either, and its traceback stands among the last lines that a
user sees of a run that ended well.  Everything else is printed as before.
"""

from __future__ import annotations

import sys
import traceback
from types import SimpleNamespace
from typing import Any

from pyspark import daemon


def print_exc(*arguments: Any, **options: Any) -> None:
    """traceback.print_exc, but for a socket that the other side closed."""
    if not isinstance(sys.exc_info()[1], BrokenPipeError):
        traceback.print_exc(*arguments, **options)


if __name__ == "__main__":
    daemon.traceback = SimpleNamespace(print_exc=print_exc, format_exc=traceback.format_exc)
    daemon.manager()
