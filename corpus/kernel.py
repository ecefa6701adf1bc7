"""The decorator of every compiled kernel: numba, cached on disk where a disk cache can be written.

numba refuses ``cache=True`` at import when neither the source folder nor the user's cache folder is
writable (a read-only install with HOME unset, as on many cluster nodes); compiling in memory, about
2 CPU seconds a kernel and process, is the right answer there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile ``function`` with numba without the GIL; cache the machine code on disk if possible."""
    try:
        compiled: F = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        compiled = numba.njit(nogil=True)(function)
    return compiled
