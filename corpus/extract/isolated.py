"""Extraction in a child process, so that a page that hangs or crashes the parser costs one document.

The parser is C, and pages are untrusted.  A child reads pages in batches over a socket and answers one by one:
the page after the last answer is the one that ended it.  Its limits are the kernel's: CPU seconds a page
(ITIMER_PROF, whose default action ends the process even inside C) and address space (RLIMIT_AS).  CPU time, not
wall time, decides, so that a busy machine changes no result.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

from corpus.errors import RecordError
from corpus.extract.html import Extract, extract
from corpus.extract.metadata import Metadata

T = TypeVar("T")
Page = tuple[str, str | None]  # HTML and the page's own address

BATCH_PAGES = 64  # of a batch; the cost of a batch is some 50 microseconds
BATCH_CHARACTERS = 8_000_000
_LENGTH = struct.Struct("<II")  # bytes of an HTML and of its address; of an answer: its kind and its bytes
_FOUND, _REFUSED = 0, 1


@dataclass(frozen=True)
class IsolationConfig:
    """Limits of one page: CPU seconds, wall seconds without an answer (a child that sleeps), and bytes of memory
    above those that the child starts with."""

    cpu_seconds: float = 5.0
    wall_seconds: float = 300.0
    memory_bytes: int = 1_500_000_000
    start: str = "fork" if sys.platform == "linux" else "spawn"  # spawn costs about 1 CPU second a task


class Isolated:
    """One child, started with the first batch, ended with the block."""

    def __init__(self, config: IsolationConfig | None = None) -> None:
        self.config = config or IsolationConfig()
        self.started = 0  # children so far
        self._pid = 0
        self._socket: socket.socket | None = None

    def __enter__(self) -> Isolated:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child; the next page would start another."""
        self._end()

    def page(self, html: str, url: str | None = None) -> Extract:
        """One page.  Raises RecordError: record.unsupported or record.timeout."""
        found = self.extract([(html, url)])[0]
        if isinstance(found, RecordError):
            raise found
        return found

    def extract(self, pages: Sequence[Page]) -> list[Extract | RecordError]:
        """Each page's text, or why there is none: record.unsupported or record.timeout."""
        found: list[Extract | RecordError] = []
        encoded = [(html.encode("utf-8", "ignore"), (url or "").encode("utf-8", "ignore")) for html, url in pages]
        while len(found) < len(encoded):
            waiting = encoded[len(found) :]
            channel = self._socket or self._start()
            try:
                sizes = b"".join(_LENGTH.pack(len(html), len(url)) for html, url in waiting)
                channel.sendall(
                    b"".join([struct.pack("<I", len(waiting)), sizes, *(part for item in waiting for part in item)])
                )
                for _ in waiting:
                    found.append(self._answer(channel))
            except (ConnectionError, TimeoutError, EOFError) as error:
                found.append(self._fault(error))
        return found

    def _answer(self, channel: socket.socket) -> Extract | RecordError:
        kind, size = _LENGTH.unpack(_read(channel, _LENGTH.size))
        answer = json.loads(_read(channel, size))
        if kind == _REFUSED:
            return RecordError("html", *answer)
        title, text, stated, comments = answer
        return Extract(title, text, Metadata(**{**stated, "rights": tuple(stated["rights"])}), comments)

    def _fault(self, error: Exception) -> RecordError:
        if isinstance(error, TimeoutError):
            self._end()
            return RecordError("html", "record.timeout", f"no answer within {self.config.wall_seconds:g} s")
        status = self._end()
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            return RecordError("html", "record.timeout", f"more than {self.config.cpu_seconds:g} CPU seconds")
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"
        return RecordError("html", "record.unsupported", f"the parser ended with {how}")

    def _start(self) -> socket.socket:
        extract("<p>가")  # compiled before the fork: a child must not compile, and inherits what is loaded
        ours, theirs = socket.socketpair()
        limits = (self.config.cpu_seconds, self.config.memory_bytes)
        if self.config.start == "fork":
            self._pid = os.fork()
            if not self._pid:
                child(theirs.detach(), *limits)
        else:
            os.set_inheritable(theirs.fileno(), True)
            numbers = ", ".join(map(repr, (theirs.fileno(), *limits)))
            code = f"import sys; sys.path[:] = {sys.path!r}; import corpus.extract.isolated as i; i.child({numbers})"
            self._pid = os.posix_spawn(sys.executable, [sys.executable, "-c", code], os.environ)
        theirs.close()
        ours.settimeout(self.config.wall_seconds)
        self._socket = ours
        self.started += 1
        return ours

    def _end(self) -> int:
        """Ends the child, if there is one; its wait status."""
        if self._socket is None:
            return 0
        self._socket.close()
        self._socket = None
        deadline = 50  # a child that reads sees the end at once; one that hangs is killed after half a second
        while deadline:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                return status
            select.select([], [], [], 0.01)
            deadline -= 1
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        return os.waitpid(self._pid, 0)[1]


def extracted(
    items: Iterable[tuple[T, Page | None]], config: IsolationConfig | None = None
) -> Iterator[tuple[T, Extract | RecordError | None]]:
    """Each item with its page's text, in order; an item without a page passes with None.

    Pages are read ahead by a batch.  The child ends with the iterator.
    """
    waiting: list[tuple[T, Page | None]] = []
    with Isolated(config) as child:
        pages = characters = 0
        for item in items:
            waiting.append(item)
            if item[1] is not None:
                pages += 1
                characters += len(item[1][0])
            if (
                pages >= BATCH_PAGES
                or characters >= BATCH_CHARACTERS
                or (len(waiting) >= 64 * BATCH_PAGES)
                or not pages
            ):
                yield from _batch(child, waiting)
                waiting, pages, characters = [], 0, 0
        yield from _batch(child, waiting)


def _batch(child: Isolated, waiting: list[tuple[T, Page | None]]) -> Iterator[tuple[T, Extract | RecordError | None]]:
    found = iter(child.extract([page for _, page in waiting if page is not None]))
    for item, page in waiting:
        yield item, None if page is None else next(found)


def _read(channel: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = channel.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return data


def child(number: int, cpu_seconds: float, memory_bytes: int) -> None:
    """The child's life: never returns, writes to nothing but its socket."""
    code = 1
    try:
        os.closerange(3, number)
        os.closerange(number + 1, 65_536)
        for name in (signal.SIGPROF, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
            signal.signal(name, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit = _address_space() + memory_bytes
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
        gc.freeze()
        _serve(socket.socket(fileno=number), cpu_seconds)
        code = 0
    except (EOFError, ConnectionError):
        code = 0  # the parent is gone, or wants no more
    finally:
        os._exit(code)


def _serve(channel: socket.socket, cpu_seconds: float) -> None:
    while True:
        count = int.from_bytes(_read(channel, 4), "little")
        sizes = list(_LENGTH.iter_unpack(_read(channel, count * _LENGTH.size)))
        pages = memoryview(_read(channel, sum(map(sum, sizes))))
        place = 0
        for html, url in sizes:
            page = bytes(pages[place : place + html])
            address = bytes(pages[place + html : place + html + url]).decode()
            place += html + url
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
            kind, answer = _answered(page, address or None)
            signal.setitimer(signal.ITIMER_PROF, 0)
            data = json.dumps(answer, ensure_ascii=False).encode("utf-8", "ignore")
            channel.sendall(_LENGTH.pack(kind, len(data)) + data)


def _answered(page: bytes, url: str | None) -> tuple[int, object]:
    try:
        found = extract(page, url=url)
    except RecordError as error:
        return _REFUSED, (error.what, error.fix)
    except MemoryError:
        return _REFUSED, ("record.unsupported", "more memory than allowed")
    return _FOUND, (found.title, found.text, found.metadata._asdict(), found.comments)


def _address_space() -> int:
    """Bytes of address space that this process has now; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 8 << 30
