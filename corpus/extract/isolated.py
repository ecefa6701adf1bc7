"""Extraction in a child process, so that a page that hangs or crashes the parser costs one document.

The parser is C, and pages are untrusted.  Parent and child share a piece of memory: the parent lays a batch of pages
into it, the child its answers and how many it has given; a socket only carries "begin" and "done".  The page after
the last answer is the one that ended a child.  Nothing of what a child wrote is believed before it is measured, and
answers are UTF-8 and JSON.  The child's limits are the kernel's: CPU seconds a page (ITIMER_PROF, whose default
action ends the process even inside C) and address space (RLIMIT_AS).  CPU time, not wall time, decides, so that a
busy machine changes no result.
"""

from __future__ import annotations

import contextlib
import gc
import json
import mmap
import os
import resource
import select
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from corpus.errors import RecordError
from corpus.extract.html import MAX_BYTES, Extract, extract
from corpus.extract.metadata import Metadata
from corpus.ledger import QUARANTINE_CLASSES

T = TypeVar("T")
Page = tuple[str, str | None]  # HTML and the page's own address
_Encoded = tuple[bytes, bytes]

BATCH_PAGES = 64  # of a batch; the cost of a batch is some 50 microseconds
BATCH_BYTES = 8_000_000
_COUNT = struct.Struct("<I")  # pages of a batch; answers given
_PAGE = struct.Struct("<II")  # bytes of its HTML and of its address
_ANSWER = struct.Struct("<III")  # its kind, bytes of the text, bytes of the JSON behind it
_FOUND, _REFUSED = 0, 1
# The shared memory: answers given, answers, pages.  It is virtual until touched.
_ANSWERS_AT, _PAGES_AT = _COUNT.size, 2 * MAX_BYTES
_SHARED = _PAGES_AT + BATCH_PAGES * _PAGE.size + MAX_BYTES + BATCH_BYTES
_KEPT = 4 * BATCH_BYTES  # given back to the system after a batch that touched more


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
        self._file = -1
        self._memory: mmap.mmap | None = None

    def __enter__(self) -> Isolated:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child and frees the memory; the next page would start another."""
        self._end()
        if self._memory is not None:
            self._memory.close()
            os.close(self._file)
            self._memory = None

    def page(self, html: str, url: str | None = None) -> Extract:
        """One page.  Raises RecordError: record.unsupported or record.timeout."""
        found = self.extract([(html, url)])[0]
        if isinstance(found, RecordError):
            raise found
        return found

    def extract(self, pages: Sequence[Page]) -> list[Extract | RecordError]:
        """Each page's text, or why there is none: record.unsupported or record.timeout."""
        found: list[Extract | RecordError] = []
        batch: list[_Encoded] = []
        held = 0
        for html, url in pages:
            item = html.encode("utf-8", "ignore"), (url or "").encode("utf-8", "ignore")
            size = len(item[0]) + len(item[1])
            if batch and (len(batch) == BATCH_PAGES or held + size > BATCH_BYTES):
                found += self._answered(batch)
                batch, held = [], 0
            if size > MAX_BYTES:
                found += self._answered(batch)
                found.append(RecordError("html", "record.unsupported", f"{size} bytes of HTML"))
                batch, held = [], 0
                continue
            batch.append(item)
            held += size
        return found + self._answered(batch)

    def stream(self, items: Iterable[tuple[T, Page | None, int]]) -> Iterator[tuple[T, Extract | RecordError | None]]:
        """Each item with its page's text, in order; an item without a page passes with None.

        Reads ahead by a batch while a page waits; the number is the bytes that an item holds meanwhile.
        """
        waiting: list[tuple[T, Page | None]] = []
        held = 0
        for item, page, size in items:
            if page is None and not waiting:
                yield item, None
                continue
            waiting.append((item, page))
            held += size
            if len(waiting) == BATCH_PAGES or held >= BATCH_BYTES:
                yield from self._batch(waiting)
                waiting, held = [], 0
        yield from self._batch(waiting)

    def _batch(self, waiting: list[tuple[T, Page | None]]) -> Iterator[tuple[T, Extract | RecordError | None]]:
        found = iter(self.extract([page for _, page in waiting if page is not None]))
        for item, page in waiting:
            yield item, None if page is None else next(found)

    def _answered(self, batch: Sequence[_Encoded]) -> list[Extract | RecordError]:
        """Of one batch, by as many children as it takes."""
        found: list[Extract | RecordError] = []
        while len(found) < len(batch):
            waiting = batch[len(found) :]
            channel = self._socket or self._start()
            touched = _write(self._shared(), waiting)
            try:
                channel.sendall(_COUNT.pack(len(waiting)))
                self._wait(channel)
                given = len(waiting)
            except (ConnectionError, TimeoutError, EOFError) as error:
                fault = self._fault(error)
                given = min(self._given(), len(waiting))
            answers = _read_answers(self._shared(), given)
            found += answers
            if len(answers) < given:  # what it wrote is none of ours
                self._end()
                found.append(RecordError("html", "record.unsupported", "the parser answered with what is no answer"))
            elif given < len(waiting):
                found.append(fault)
            if touched > _KEPT:
                _give_back(self._shared())
        return found

    def _wait(self, channel: socket.socket) -> None:
        """Until the batch is done.  Raises TimeoutError when no page was answered for ``wall_seconds``."""
        given = -1
        while True:
            try:
                if not channel.recv(1):
                    raise EOFError
                return
            except TimeoutError:
                if self._given() == given:
                    raise
                given = self._given()

    def _given(self) -> int:
        return int(_COUNT.unpack_from(self._shared(), 0)[0])

    def _shared(self) -> mmap.mmap:
        if self._memory is None:
            self._file = _file()
            os.ftruncate(self._file, _SHARED)
            self._memory = mmap.mmap(self._file, _SHARED)
        return self._memory

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
        memory = self._shared()
        limits = (self.config.cpu_seconds, self.config.memory_bytes)
        if self.config.start == "fork":
            self._pid = os.fork()
            if not self._pid:
                child(theirs.detach(), memory, *limits)
        else:
            for number in (theirs.fileno(), self._file):
                os.set_inheritable(number, True)
            numbers = ", ".join(map(repr, (theirs.fileno(), self._file, *limits)))
            code = f"import sys; sys.path[:] = {sys.path!r}; import corpus.extract.isolated as i; i.child({numbers})"
            self._pid = os.posix_spawn(sys.executable, [sys.executable, "-c", code], os.environ)
            os.set_inheritable(self._file, False)
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


def child(number: int, memory: mmap.mmap | int, cpu_seconds: float, memory_bytes: int) -> None:
    """The child's life: never returns, writes to nothing but its socket and the shared memory (a spawned one is
    given its file)."""
    code = 1
    try:
        shared = mmap.mmap(memory, _SHARED) if isinstance(memory, int) else memory
        os.closerange(3, number)
        os.closerange(number + 1, 65_536)
        for name in (signal.SIGPROF, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
            signal.signal(name, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit = _address_space() + memory_bytes
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
        gc.freeze()
        _serve(socket.socket(fileno=number), shared, cpu_seconds)
        code = 0
    except (EOFError, ConnectionError):
        code = 0  # the parent is gone, or wants no more
    finally:
        os._exit(code)


def _serve(channel: socket.socket, shared: mmap.mmap, cpu_seconds: float) -> None:
    while begin := channel.recv(_COUNT.size, socket.MSG_WAITALL):
        (count,) = _COUNT.unpack(begin)
        place = _PAGES_AT + count * _PAGE.size
        used = _ANSWERS_AT
        for number in range(count):
            html, url = _PAGE.unpack_from(shared, _PAGES_AT + number * _PAGE.size)
            page, address = shared[place : place + html], shared[place + html : place + html + url].decode()
            place += html + url
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
            kind, text, stated = _answer(page, address or None)
            signal.setitimer(signal.ITIMER_PROF, 0)
            end = used + _ANSWER.size + len(text) + len(stated)
            if end > _PAGES_AT:
                kind, text, stated = _REFUSED, b"", b'["record.unsupported", "more text than a batch may have"]'
                end = used + _ANSWER.size + len(stated)
            _ANSWER.pack_into(shared, used, kind, len(text), len(stated))
            shared[used + _ANSWER.size : end] = text + stated
            used = end
            _COUNT.pack_into(shared, 0, number + 1)
        channel.sendall(b"\0")


def _answer(page: bytes, url: str | None) -> tuple[int, bytes, bytes]:
    try:
        found = extract(page, url=url)
    except RecordError as error:
        return _REFUSED, b"", json.dumps([error.what, error.fix]).encode()
    except MemoryError:
        return _REFUSED, b"", b'["record.unsupported", "more memory than allowed"]'
    stated = json.dumps([found.title, found.metadata._asdict(), found.comments], ensure_ascii=False)
    return _FOUND, found.text.encode("utf-8", "ignore"), stated.encode("utf-8", "ignore")


def _write(shared: mmap.mmap, pages: Sequence[_Encoded]) -> int:
    """Lays a batch into the shared memory; how many bytes of it."""
    _COUNT.pack_into(shared, 0, 0)
    place = _PAGES_AT
    for html, url in pages:
        _PAGE.pack_into(shared, place, len(html), len(url))
        place += _PAGE.size
    for item in pages:
        for part in item:
            shared[place : place + len(part)] = part
            place += len(part)
    return place - _PAGES_AT


def _read_answers(shared: mmap.mmap, count: int) -> list[Extract | RecordError]:
    """The answers given, up to one that is none."""
    found: list[Extract | RecordError] = []
    place = _ANSWERS_AT
    for _ in range(count):
        kind, text, stated = _ANSWER.unpack_from(shared, place)
        place += _ANSWER.size
        end = place + text + stated
        if end > _PAGES_AT:
            break
        try:
            found.append(_read(kind, shared[place : place + text], json.loads(shared[place + text : end])))
        except (ValueError, TypeError, KeyError, AttributeError):
            break
        place = end
    return found


def _read(kind: int, text: bytes, stated: Any) -> Extract | RecordError:
    """One answer.  Raises ValueError and its kin on anything that the child's code does not write."""
    if kind == _REFUSED:
        what, fix = stated
        if what not in QUARANTINE_CLASSES or not isinstance(fix, str):
            raise ValueError
        return RecordError("html", what, fix)
    title, metadata, comments = stated
    rights = tuple(metadata.pop("rights"))
    moment = metadata.get("created_at")
    strings = (title, *(value for name, value in metadata.items() if name != "created_at"))
    if not (
        isinstance(comments, str)
        and all(isinstance(mark, str) for mark in rights)
        and all(value is None or isinstance(value, str) for value in strings)
        and (moment is None or (isinstance(moment, int) and abs(moment) < 1 << 63))
    ):
        raise ValueError
    return Extract(title, text.decode(), Metadata(**metadata, rights=rights), comments)


def _file() -> int:
    """An open file without a name, in memory where the system can."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("malmoi-pages")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _give_back(shared: mmap.mmap) -> None:
    """Frees the pages of memory behind it; what is read of them next is zero."""
    if hasattr(mmap, "MADV_REMOVE"):
        shared.madvise(mmap.MADV_REMOVE)


def _address_space() -> int:
    """Bytes of address space that this process has now; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 8 << 30
