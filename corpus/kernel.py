"""The decorator of every compiled kernel: numba, cached on disk where a disk cache can be written.

numba's own caches miss what these kernels need.
They look at the kernel's file alone, so a constant or a called kernel of another file may change and the
old machine code still runs; they name the folder after the place of the file, so code in a zip that
spark-submit unpacks anew for every application is compiled by every process (a minute for all kernels);
and they refuse at import where nothing can be written (a read-only install with HOME unset, as on many
cluster nodes).  ``KernelCache`` names the cache by what the machine code was made from, and where no
folder can be written the kernel is compiled in memory, about 2 CPU seconds a kernel and process.
"""

from __future__ import annotations

import hashlib
import os
import types
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np
from numba.core.caching import InTreeCacheLocator

F = TypeVar("F", bound=Callable[..., Any])

FROZEN = (bool, int, float, complex, str, bytes, tuple, types.NoneType, np.generic, type)  # numba does, and arrays


@cache
def source_digest(module: str, loader: Any) -> bytes:
    """Of the source of a module, from a folder or a zip; of nothing where there is none (a prompt)."""
    text = loader.get_source(module) if hasattr(loader, "get_source") else None
    return hashlib.sha256((text or "").encode()).digest()


def names(code: types.CodeType) -> Iterator[str]:
    """Global names that the bytecode reads, those of inner functions and comprehensions too."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from names(inner)


@cache
def stamp(function: types.FunctionType) -> str:
    """Digest of all that the kernel's machine code is made from, in 32 hexadecimal digits.

    The source of its module, the values of the globals that it reads (numba freezes them), and the
    stamps of the kernels of other modules that it calls.
    """
    digest = hashlib.sha256(source_digest(function.__module__, function.__globals__.get("__loader__")))
    for name in sorted(set(names(function.__code__)) & function.__globals__.keys()):
        value = function.__globals__[name]
        called = getattr(value, "py_func", None)
        if isinstance(called, types.FunctionType):
            said = "" if called.__module__ == function.__module__ else stamp(called)
        elif isinstance(value, np.ndarray):
            said = f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
        else:
            said = repr(value) if isinstance(value, FROZEN) else ""
        digest.update(f"\0{name}={said}".encode())
    return digest.hexdigest()[:32]


class KernelCache(InTreeCacheLocator):  # type: ignore[misc]  # numba has no types
    """Where numba keeps a kernel's machine code: NUMBA_CACHE_DIR, else the user's cache, else beside the source."""

    def __init__(self, function: types.FunctionType, folder: Path) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._stamp = stamp(function)
        self._cache_path = str(folder)

    def get_source_stamp(self) -> str:
        """What the cached machine code must have been made from."""
        return self._stamp

    @classmethod
    def from_function(cls, py_func: types.FunctionType, py_file: str) -> KernelCache | None:
        """The first folder that can be written, or nothing."""
        for folder in folders(py_func, py_file):
            found = cls(py_func, folder)
            try:
                found.ensure_cache_path()
            except OSError:
                continue
            return found
        return None


def folders(function: types.FunctionType, file: str) -> Iterator[Path]:
    """Candidates in their order; never one that other users can write, since its files are trusted as code."""
    apart = f"{function.__module__}-{stamp(function)[:12]}"
    if numba.config.CACHE_DIR:
        yield Path(numba.config.CACHE_DIR) / apart
        return
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if os.path.isabs(home):
        yield Path(home) / "malmoi" / "kernels" / apart
    if os.path.isfile(file):
        yield Path(file).parent / "__pycache__"


def kernel(function: F) -> F:
    """Compile ``function`` with numba without the GIL; cache the machine code on disk if possible."""
    before = numba.config.CACHE_LOCATOR_CLASSES
    numba.config.CACHE_LOCATOR_CLASSES = f"{KernelCache.__module__}.{KernelCache.__qualname__}"
    try:
        compiled: F = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        compiled = numba.njit(nogil=True)(function)
    finally:
        numba.config.CACHE_LOCATOR_CLASSES = before
    return compiled
