"""Every promise of corpus.storage on an S3 server, and what only S3 can get wrong."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from corpus import storage
from corpus.errors import PreflightError
from tests import s3_server
from tests.corpus.storage_contract import StorageContract

BUCKET = "malmoi"


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with s3_server.serving(BUCKET) as environment:
        with pytest.MonkeyPatch.context() as patch:
            for key, value in environment.items():
                patch.setenv(key, value)
            storage._remote.cache_clear()
            yield dict(environment)
        storage._remote.cache_clear()


@pytest.fixture
def base(server: dict[str, str], request: pytest.FixtureRequest) -> str:
    return f"s3a://{BUCKET}/시험/{abs(hash(request.node.name))}"


class TestS3(StorageContract):
    LARGE = 18_000_000  # more than one part of an upload
    RIVALS = 2  # each imports s3fs: a CPU second

    @pytest.fixture(autouse=True)
    def environment(self, server: dict[str, str]) -> None:
        self.server = server

    def uploads(self, base: str) -> int:
        return len(s3_server.client(self.server).list_multipart_uploads(Bucket=BUCKET).get("Uploads", ()))


def test_listings_and_deletions_go_on_over_many_pages(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.filesystems.s3.LISTED_AT_ONCE", 7)
    monkeypatch.setattr("corpus.filesystems.s3.DELETED_AT_ONCE", 5)
    names = [f"가/{number:03d}" for number in range(23)]
    for name in names:
        storage.write_bytes(storage.join(base, name), b"")
    assert [storage.relative(uri, base) for uri in storage.all_files(base)] == names
    assert len(storage.files(storage.join(base, "*", "0*"))) == 23
    storage.delete(base)
    assert storage.all_files(base) == []


def test_a_folder_that_a_console_made_is_no_file(base: str, server: dict[str, str]) -> None:
    key = base.removeprefix(f"s3a://{BUCKET}/")
    s3_server.client(server).put_object(Bucket=BUCKET, Key=f"{key}/빈 폴더/", Body=b"")
    storage.write_bytes(storage.join(base, "a.jsonl"), b"1")
    assert storage.files(base) == storage.all_files(base) == [storage.join(base, "a.jsonl")]
    storage.delete(base)
    assert "Contents" not in s3_server.client(server).list_objects_v2(Bucket=BUCKET, Prefix=key)


def test_a_whole_bucket_is_a_folder(base: str) -> None:
    storage.write_bytes(storage.join(base, "a.jsonl"), b"1")
    assert storage.join(base, "a.jsonl") in storage.files(f"s3a://{BUCKET}")
    assert storage.exists(f"s3a://{BUCKET}") and not storage.exists("s3a://no-such-bucket/a")
    assert storage.files("s3a://no-such-bucket/a") == []


class Careless(BaseHTTPRequestHandler):
    """A store that knows no conditional writes: it passes everything on but If-None-Match."""

    protocol_version = "HTTP/1.1"
    target = ""

    def handle_request(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = {key: value for key, value in self.headers.items() if key.lower() not in ("if-none-match", "expect")}
        connection = http.client.HTTPConnection(self.target, timeout=30)
        connection.request(self.command, self.path, body, kept)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = handle_request

    def log_message(self, *_: object) -> None:
        pass


def test_a_store_without_conditional_writes_is_refused_where_a_lock_is_needed(
    base: str, server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Careless, "target", urlsplit(server["AWS_ENDPOINT_URL"]).netloc)
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{proxy.server_port}")
    storage._remote.cache_clear()
    try:
        with pytest.raises(PreflightError, match="ignores If-None-Match"):
            storage.claim(storage.join(base, "_lock"), b"1")
    finally:
        storage._remote.cache_clear()
        proxy.shutdown()
        proxy.server_close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", server["AWS_ENDPOINT_URL"])
    assert storage.all_files(base) == []
