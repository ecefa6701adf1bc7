"""What corpus.storage promises on every file system; each has a test class made from this one."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import storage
from corpus.errors import InputError
from corpus.table import PartWriter, read_batches, read_table

NAMES = (
    "자료.bin",
    unicodedata.normalize("NFD", "자소.bin"),
    "띄어 쓴 이름.bin",
    "100%.bin",
    "%EA%B0%80.bin",
    "a#b.bin",
    "물음?.bin",
    "[공지] 안내.bin",
    "별*표.bin",
    "a+b&c=d;e.bin",
)


@lru_cache(maxsize=2)
def data(size: int) -> bytes:
    """Lines of unequal length that repeat nowhere near a block border."""
    stream = io.BytesIO()
    number = 0
    while stream.tell() < size:
        stream.write(f"{number} {'말' * (number % 97)}\n".encode())
        number += 1
    return stream.getvalue()[:size]


def run_elsewhere(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Another process, with another view of the file system."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


class StorageContract:
    """``base``, a fixture of the subclass: URI of a folder where nothing is."""

    LARGE: ClassVar[int] = 3_500_000  # several blocks or parts of this file system
    RIVALS: ClassVar[int] = 4

    @pytest.mark.parametrize("name", NAMES)
    def test_every_name_is_written_listed_read_moved_and_deleted_as_it_is(self, base: str, name: str) -> None:
        uri = storage.join(base, "아래", name)
        storage.write_bytes(uri, "말모이".encode())
        assert storage.read_bytes(uri) == "말모이".encode()
        assert [storage.relative(found, base) for found in storage.files(base)] == [f"아래/{name}"]
        assert storage.files(uri) == storage.all_files(base)
        storage.move(uri, storage.join(base, "위", name))
        assert [storage.relative(found, base) for found in storage.all_files(base)] == [f"위/{name}"]
        storage.delete(storage.join(base, "위", name))
        assert storage.all_files(base) == [] and not storage.exists(storage.join(base, "위", name))

    def test_a_large_file_reads_back_whole_by_ranges_and_by_lines(self, base: str) -> None:
        expected, uri = data(self.LARGE), storage.join(base, "큰.bin")
        with storage.create(uri) as stream:
            for start in range(0, len(expected), 70_001):
                stream.write(memoryview(expected)[start : start + 70_001])
        assert storage.size(uri) == len(expected)
        assert hashlib.sha256(storage.read_bytes(uri)).digest() == hashlib.sha256(expected).digest()
        with storage.open_input(uri) as stream:
            for place, length in ((0, 10), (len(expected) - 5, 100), (1_048_570, 20), (7, 2_000_000), (0, 0)):
                assert stream.seek(place) == place
                assert stream.read(length) == expected[place : place + length]
                assert stream.tell() == min(place + length, len(expected))
            assert stream.seek(-3, os.SEEK_END) == len(expected) - 3 and stream.read() == expected[-3:]
            stream.seek(len(expected) + 10)
            assert stream.read(5) == b""
        with storage.open_input(uri) as stream:
            assert list(stream) == expected.splitlines(keepends=True)

    def test_an_empty_file_is_a_file(self, base: str) -> None:
        uri = storage.join(base, "빈.bin")
        storage.write_bytes(uri, b"")
        assert (storage.size(uri), storage.read_bytes(uri), storage.exists(uri)) == (0, b"", True)

    def test_a_failing_writer_leaves_nothing_and_what_was_there_stays(self, base: str) -> None:
        new, old = storage.join(base, "새.bin"), storage.join(base, "옛.bin")
        storage.write_bytes(old, b"old")
        for uri in (new, old):
            with pytest.raises(RuntimeError), storage.create(uri) as stream:
                stream.write(data(self.LARGE))
                raise RuntimeError("stop")
        assert storage.all_files(base) == [old] and storage.read_bytes(old) == b"old"
        assert self.uploads(base) == 0

    def uploads(self, base: str) -> int:
        """Uploads that were begun and neither completed nor aborted, where there is such a thing."""
        return 0

    def test_a_file_is_replaced_at_once_at_the_end(self, base: str) -> None:
        uri = storage.join(base, "_manifest.json")
        storage.write_bytes(uri, b"old")
        before = storage.stamp(uri)
        with storage.create(uri) as stream:
            stream.write(data(self.LARGE))
            assert storage.read_bytes(uri) == b"old" and storage.stamp(uri) == before
        assert storage.read_bytes(uri) == data(self.LARGE) and storage.stamp(uri) != before
        assert storage.all_files(base) == [uri]

    def test_a_killed_writer_leaves_no_file_that_anyone_reads(self, base: str) -> None:
        uri = storage.join(base, "반쪽.bin")
        program = (
            "import os, signal, sys\nfrom corpus import storage\nfrom tests.corpus.storage_contract import data\n"
            f"with storage.create(sys.argv[1]) as stream:\n    stream.write(data({self.LARGE}))\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        assert run_elsewhere(program, uri).returncode == -signal.SIGKILL
        assert not storage.exists(uri) and storage.files(base) == []
        storage.write_bytes(uri, b"whole")
        assert storage.files(base) == [uri] and storage.read_bytes(uri) == b"whole"
        storage.delete(base)
        assert storage.all_files(base) == []

    def test_a_killed_writer_of_a_file_that_was_there_changes_nothing(self, base: str) -> None:
        uri = storage.join(base, "옛.bin")
        storage.write_bytes(uri, b"old")
        program = (
            "import os, signal, sys\nfrom corpus import storage\n"
            "with storage.create(sys.argv[1]) as stream:\n    stream.write(b'new')\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        assert run_elsewhere(program, uri).returncode == -signal.SIGKILL
        assert storage.read_bytes(uri) == b"old"

    def test_listings_are_sorted_and_leave_hidden_files_out(self, base: str) -> None:
        names = ("나.jsonl", "가.jsonl", "_temporary/x.jsonl", ".hidden.jsonl", "아래/다.jsonl", "아래/_라.jsonl")
        for name in names:
            storage.write_bytes(storage.join(base, name), b"")
        shown = ["가.jsonl", "나.jsonl", "아래/다.jsonl"]
        assert [storage.relative(uri, base) for uri in storage.files(base)] == shown
        assert storage.files(base + "/") == storage.files(base)
        assert len(storage.all_files(base)) == len(names)
        assert storage.files(storage.join(base, "없다")) == []

    def test_a_folder_with_a_hidden_name_shows_its_files_when_it_is_asked_for(self, base: str) -> None:
        uri = storage.join(base, "_streaming", "output", "part-00000")
        storage.write_bytes(uri, b"1")
        assert storage.files(storage.join(base, "_streaming")) == [uri]
        assert storage.files(storage.join(base, "_streaming", "*", "part-*")) == [uri]
        assert storage.files(base) == []

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("*.jsonl", ["가.jsonl", "나.jsonl"]),
            ("**/*.jsonl", ["2025/가.jsonl", "2026/01/다.jsonl", "2026/나.jsonl", "가.jsonl", "나.jsonl"]),
            ("202?/*", ["2025/가.jsonl", "2026/나.jsonl", "2026/라.txt"]),
            ("202[67]/**", ["2026/01/다.jsonl", "2026/나.jsonl", "2026/라.txt"]),
            ("*/*/*.jsonl", ["2026/01/다.jsonl"]),
            ("2026/[!나]*", ["2026/라.txt"]),
            ("없다*", []),
            ("없다/*.jsonl", []),
            ("가.jsonl/*", []),
        ],
    )
    def test_patterns_mean_the_same_everywhere(self, base: str, pattern: str, expected: list[str]) -> None:
        names = ["가.jsonl", "나.jsonl", "2025/가.jsonl", "2026/나.jsonl", "2026/라.txt", "2026/01/다.jsonl"]
        for name in (*names, "_숨은.jsonl", "2026/_아래/x.jsonl", ".점/y.jsonl"):
            storage.write_bytes(storage.join(base, name), b"")
        assert [storage.relative(uri, base) for uri in storage.files(storage.join(base, pattern))] == expected

    def test_a_name_with_marks_is_no_pattern_when_it_is_read_or_deleted(self, base: str) -> None:
        for name in ("a*/x", "ab/x", "[2026] 글/x", "2/x"):
            storage.write_bytes(storage.join(base, name), b"")
        assert storage.files(storage.join(base, "[2026] 글")) == [storage.join(base, "[2026] 글", "x")]
        storage.delete(storage.join(base, "a*"))
        storage.delete(storage.join(base, "[2026]*"))
        assert [storage.relative(uri, base) for uri in storage.all_files(base)] == ["2/x", "[2026] 글/x", "ab/x"]

    def test_deleting_takes_a_file_or_a_folder_and_no_neighbour(self, base: str) -> None:
        for name in ("run/a", "run/b/c", "run2/a", "run.txt"):
            storage.write_bytes(storage.join(base, name), b"1")
        storage.delete(storage.join(base, "없다"))
        storage.delete(storage.join(base, "run"))
        assert [storage.relative(uri, base) for uri in storage.all_files(base)] == ["run.txt", "run2/a"]
        assert not storage.exists(storage.join(base, "run")) and storage.exists(storage.join(base, "run2"))

    def test_moving_replaces_the_target_and_makes_its_folders(self, base: str) -> None:
        one, two = storage.join(base, "하나.bin"), storage.join(base, "깊은", "곳", "둘.bin")
        storage.write_bytes(one, b"1")
        storage.move(one, two)
        assert storage.all_files(base) == [two] and storage.read_bytes(two) == b"1"
        storage.write_bytes(one, b"2")
        storage.move(one, two)
        assert storage.all_files(base) == [two] and storage.read_bytes(two) == b"2"
        with pytest.raises(FileNotFoundError):
            storage.move(one, two)
        assert storage.read_bytes(two) == b"2"

    def test_what_is_not_there_is_an_input_error_that_names_it(self, base: str) -> None:
        uri = storage.join(base, "없다.bin")
        for ask in (storage.read_bytes, storage.size, storage.stamp):
            with pytest.raises(InputError, match="no such file") as caught:
                ask(uri)
            assert caught.value.where == uri and len(str(caught.value)) < 200 + len(uri)
        assert not storage.exists(uri)

    def test_a_stamp_changes_with_the_bytes(self, base: str) -> None:
        uri = storage.join(base, "a.bin")
        storage.write_bytes(uri, b"one")
        first = storage.stamp(uri)
        assert storage.stamp(uri) == first
        storage.write_bytes(uri, b"three")
        assert storage.stamp(uri) != first

    def test_a_claim_is_given_once(self, base: str) -> None:
        uri = storage.join(base, "_lock")
        assert storage.claim(uri, "하나".encode()) and not storage.claim(uri, b"2")
        assert storage.read_bytes(uri) == "하나".encode() and storage.all_files(base) == [uri]
        storage.delete(uri)
        assert storage.claim(uri, b"3") and storage.read_bytes(uri) == b"3"

    def test_of_many_that_claim_at_once_one_gets_it(self, base: str) -> None:
        uri = storage.join(base, "_lock")
        program = (
            "import sys\nfrom corpus import storage\nstorage.exists(sys.argv[1])\n"
            "print('ready', flush=True)\nsys.stdin.readline()\n"
            "print(storage.claim(sys.argv[1], sys.argv[2].encode()), flush=True)\n"
        )
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        processes = [
            subprocess.Popen([sys.executable, "-c", program, uri, str(n)], **pipes) for n in range(self.RIVALS)
        ]
        assert [process.stdout.readline() for process in processes] == ["ready\n"] * self.RIVALS
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=60)[0] for process in processes]
        assert sorted(said) == ["False\n"] * (self.RIVALS - 1) + ["True\n"]
        winner = str(said.index("True\n")).encode()
        assert storage.read_bytes(uri) == winner and storage.all_files(base) == [uri]

    def test_what_another_process_writes_and_deletes_is_seen(self, base: str) -> None:
        mine, theirs = storage.join(base, "나.bin"), storage.join(base, "너.bin")
        storage.write_bytes(mine, b"1")
        assert storage.files(base) == [mine] and not storage.exists(theirs)
        program = (
            "import sys\nfrom corpus import storage\n"
            "storage.write_bytes(sys.argv[1], b'theirs')\nstorage.delete(sys.argv[2])\n"
        )
        done = run_elsewhere(program, theirs, mine)
        assert done.returncode == 0, done.stderr
        assert storage.files(base) == [theirs] and storage.size(theirs) == 6 and not storage.exists(mine)

    def test_files_are_fetched_and_put(self, base: str, tmp_path: Path) -> None:
        (tmp_path / "밖.bin").write_bytes(data(self.LARGE))
        storage.put(str(tmp_path / "밖.bin"), storage.join(base, "안.bin"))
        storage.fetch(storage.join(base, "안.bin"), str(tmp_path / "다시.bin"))
        assert (tmp_path / "다시.bin").read_bytes() == data(self.LARGE)

    def test_parquet_parts_have_the_same_bytes_as_on_disk(self, base: str, tmp_path: Path) -> None:
        table = pa.table(
            {"id": [b"%016d" % n for n in range(40_000)], "text": [f"{n}번째 글 " * (n % 9) for n in range(40_000)]}
        )
        table = table.cast(pa.schema([("id", pa.binary(16)), ("text", pa.string())]))
        parts = []
        for run in (base, str(tmp_path)):
            with PartWriter(run, "documents/part-00000.parquet", table.schema) as writer:
                for batch in table.to_batches(5_000):
                    writer.write(batch)
            parts.append(writer.done())
        assert parts[0] == parts[1]
        uri = storage.join(base, parts[0].name)
        assert read_table(uri, ["text"]).column("text").equals(table.column("text"))
        assert pa.Table.from_batches(list(read_batches(uri))).combine_chunks().equals(table.combine_chunks())
        assert pq.read_table(tmp_path / parts[0].name).equals(table)

    def test_a_part_whose_writer_fails_is_not_there(self, base: str) -> None:
        schema = pa.schema([("text", pa.string())])
        with pytest.raises(RuntimeError), PartWriter(base, "documents/part-00000.parquet", schema) as writer:
            writer.write(pa.RecordBatch.from_pydict({"text": ["글 " * 1000] * 4_000}, schema=schema))
            raise RuntimeError("stop")
        assert storage.all_files(base) == []
