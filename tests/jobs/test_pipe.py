"""The pipe: every line answered in its place, whatever it holds."""

from __future__ import annotations

import base64
import io
import json
import unicodedata
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from corpus.errors import ConfigError
from corpus.ledger import QUARANTINE_CLASSES
from jobs import load
from jobs.config import Config
from jobs.streaming import pipe
from tests.serializer import samples

TEXT = "말모이는 우리말 사전을 만들려던 모임이 모은 원고이다."


def answers(
    step: str, data: bytes, config: Config | None = None, tokenizer: str | None = None, rows: int = 4096
) -> Any:
    out = io.BytesIO()
    assert pipe.main(step, config, io.BytesIO(data), out, tokenizer, rows) == 0
    lines = out.getvalue().split(b"\n")
    assert lines.pop() == b""
    return [json.loads(line) for line in lines]


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(samples.own(tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"))


@pytest.mark.parametrize("rows", [1, 2, 4096])
def test_bad_lines_are_answered_in_their_place_and_never_dropped(rows: int) -> None:
    data = b"".join(
        [
            lines({"id": "하나", "text": TEXT}),
            b"{broken\n",
            b"\n",
            b"[1, 2]\n",
            lines({"text": TEXT}),
            lines({"id": "여섯", "text": 5}),
            lines({"id": "일곱"}),
            b'{"id": "\xec\x97", "text": "x"}\n',
            lines({"id": "아홉", "text": TEXT, "kind": 3}),
            b'{"id": "\\ud800", "text": "x"}\n',
            b'{"id": "", "text": "\\udc00"}\n',
            b"[" * 100_000 + b"\n",
            lines({"id": 13, "text": "다."})[:-1],  # no break at the end
        ]
    )
    found = answers("annotate", data, rows=rows)
    assert [(row["id"], row.get("line"), row.get("error")) for row in found] == [
        ("하나", None, None),
        (None, 2, "record.malformed"),
        (None, 3, "record.malformed"),
        (None, 4, "record.malformed"),
        (None, 5, "record.malformed"),
        ("여섯", 6, "record.missing_text"),
        ("일곱", 7, "record.missing_text"),
        (None, 8, "record.not_utf8"),
        ("아홉", 9, "record.malformed"),
        (None, 10, "record.malformed"),
        ("", 11, "record.not_utf8"),
        (None, 12, "record.malformed"),
        (13, None, None),
    ]
    assert all(set(row) == {"id", "line", "error", "message"} for row in found if "error" in row)
    assert {row["error"] for row in found if "error" in row} <= set(QUARANTINE_CLASSES)
    assert found[0]["fate"] == "kept" and found[0]["reason"] is None and found[0]["reasons"] == []
    assert found[12]["reason"] == "length.too_short"


def test_no_message_holds_text_of_the_record() -> None:
    found = answers("mask", b'{"id": "a", "text": ["secret-word"]}\n{"secret-word"\n')
    assert all("secret" not in row["message"] for row in found)


def test_a_line_over_the_limit_is_skipped_and_the_next_one_answered() -> None:
    config = load.from_json(
        {
            "inputs": [{"name": "a", "uri": "x", "rights": {"basis": "own"}, "class": "base"}],
            "ingest": {"max_record_bytes": 200},
        }
    )
    data = lines(
        {"id": 1, "text": "가" * 5000}, {"id": 2, "text": TEXT}, {"id": 3, "text": "나" * 59 + "ab"}
    )  # 200 bytes
    data += lines({"id": 4, "text": "다" * 900})[:-1]
    found = answers("mask", data, config)
    assert [(row["id"], row.get("error")) for row in found] == [
        (None, "record.too_large"), (2, None), (3, None), (None, "record.too_large"),
    ]  # fmt: skip


def test_thresholds_and_languages_come_from_the_configuration() -> None:
    tree = {
        "inputs": [{"name": "a", "uri": "x", "rights": {"basis": "own"}, "class": "base"}],
        "kinds": {"wiki": {"languages": ["en", "ja"]}},
        "filters": {"sources": {"엄격": {"length": {"minimum_characters": 1000}}}},
    }
    english = "Hangul is the alphabet of the Korean language."
    data = lines(
        {"id": 1, "text": english, "kind": "wiki"},
        {"id": 2, "text": english, "kind": "blog"},
        {"id": 3, "text": TEXT, "source": "엄격"},
        {"id": 4, "text": TEXT, "source": None, "kind": None, "title": None},
    )
    found = answers("annotate", data, load.from_json(tree))
    assert [row["reason"] for row in found] == [None, "hangul_share.too_low", "length.too_short", None]


def test_what_clean_counted_is_read_by_annotate() -> None:
    data = lines(
        {"id": 1, "text": TEXT},
        {"id": 2, "text": TEXT, "edits": {"identifiers.mobile": 3, "identifiers.email": 2, "title_in_body": 9}},
        {"id": 3, "text": TEXT, "edits": None},
        *({"id": 4, "text": TEXT, "edits": edits} for edits in ([1], {"identifiers.mobile": -1}, {"a": True}, "많다")),
    )
    plain, counted, without, *bad = answers("annotate", data)
    assert [row["scores"]["contact.contacts"] for row in (plain, counted, without)] == [0, 5, 0]
    assert [(row["id"], row["error"]) for row in bad] == [(4, "record.malformed")] * 4


def test_output_is_utf8_unescaped() -> None:
    out = io.BytesIO()
    pipe.main("mask", None, io.BytesIO(lines({"id": "가", "text": "나라 👍 ㅋㅋ"})), out)
    assert out.getvalue() == '{"id": "가", "text": "나라 👍 ㅋㅋ", "spans": []}\n'.encode()


def test_mask_names_its_spans_in_characters_of_the_input() -> None:
    text = "문의 👍 010-2345-6789 또는 kim@example.kr"
    found = answers("mask", lines({"id": 1, "text": text}))[0]
    assert found["text"] == "문의 👍 010-****-**** 또는 ****@example.kr"
    assert [(text[span["start"] : span["end"]]) for span in found["spans"]] == ["010-2345-6789", "kim@example.kr"]


def test_mask_hides_addresses_of_persons_where_the_configuration_asks_for_it() -> None:
    inputs = [{"name": "a", "uri": "x", "rights": {"basis": "own"}, "class": "base"}]
    asked = load.from_json({"inputs": inputs, "ingest": {"ip_addresses": True}})
    data = lines({"id": 1, "text": "글쓴이 IP 211.234.56.78 에서 씀"})
    assert answers("mask", data)[0]["spans"] == []
    assert answers("mask", data, asked)[0]["text"] == "글쓴이 IP 211.234.****-**** 에서 씀"


def test_clean_takes_the_frame_of_the_kind_that_it_is_told() -> None:
    text = "[서울=뉴시스] 홍길동 기자 = 정부는 말했다.\nⓒ 뉴시스 무단전재 및 재배포 금지"
    data = lines({"id": 1, "kind": "news", "text": text}, {"id": 2, "text": text})
    news, unknown = answers("clean", data)
    edits = {"news.dateline": 1, "news.copyright": 1, "news.characters": len(text) - len("정부는 말했다.")}
    assert (news["text"], news["edits"]) == ("정부는 말했다.", edits)
    assert (unknown["text"], unknown["edits"]) == (text, {})


def test_clean_composes_and_drops_the_repeated_title() -> None:
    record = {
        "id": 1,
        "title": "말모이 원고 이야기",
        "text": unicodedata.normalize("NFD", "말모이 원고 이야기\n") + TEXT + "\ud800",
    }
    data = json.dumps(record).encode() + b"\n"  # escaped, so that a lone surrogate can travel
    found = answers("clean", data)[0]
    assert (found["text"], found["title"], found["edits"]) == (
        TEXT,
        "말모이 원고 이야기",
        {"title_in_body": 1, "title_in_body.characters": 11},
    )


def test_signature_is_that_of_the_text_without_its_spacing() -> None:
    one, other, short = answers(
        "signature",
        lines({"id": 1, "text": TEXT}, {"id": 2, "text": TEXT.replace(" ", "  ")}, {"id": 3, "text": "말모이"}),
    )
    assert one["bands"] == other["bands"] and len(one["bands"]) == 14
    assert one["text_digest"] != other["text_digest"]
    assert short["bands"] == [] and short["shingles"] == 0


def test_what_is_encoded_decodes_to_its_composed_form(tokenizer: str) -> None:
    texts = [TEXT, unicodedata.normalize("NFD", TEXT), "", "가", "ㅋㅋ 👩‍👩‍👧", "<|endoftext|>"]
    encoded = answers("encode", lines(*({"id": i, "text": text} for i, text in enumerate(texts))), tokenizer=tokenizer)
    decoded = answers("decode", lines(*encoded), tokenizer=tokenizer, rows=2)
    assert [row["text"] for row in decoded] == [unicodedata.normalize("NFC", text) for text in texts]
    assert [row["id"] for row in decoded] == list(range(6))


@pytest.mark.parametrize("tokens", [None, "5", [1, "2"], [-1], [10**9], [True], [1.5]])
def test_tokens_that_are_none_are_refused(tokens: Any, tokenizer: str) -> None:
    found = answers("decode", lines({"id": "가", "tokens": tokens}, {"id": "나", "tokens": []}), tokenizer=tokenizer)
    assert (found[0]["id"], found[0]["line"], found[0]["error"]) == ("가", 1, "record.missing_text")
    assert found[1] == {"id": "나", "text": ""}


@pytest.mark.parametrize(
    ("step", "where"), [("encode", "--tokenizer"), ("decode", "--tokenizer"), ("polish", "polish")]
)
def test_a_step_that_cannot_run_is_a_configuration_error(step: str, where: str) -> None:
    with pytest.raises(ConfigError) as caught:
        pipe.main(step, None, io.BytesIO(b""), io.BytesIO())
    assert caught.value.where == where


@given(st.lists(st.one_of(
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
    st.builds(lambda key, text: lines({"id": key, "text": text})[:-1],
              st.one_of(st.integers(), st.text(st.characters(blacklist_categories=["Cs"]), max_size=4)),
              st.text(st.characters(blacklist_categories=["Cs"]), max_size=40)),
), max_size=12), st.integers(1, 5))  # fmt: skip
@settings(max_examples=60)
def test_any_lines_get_as_many_answers_at_any_batch_size(raw: list[bytes], rows: int) -> None:
    data = b"".join(line + b"\n" for line in raw)
    found = answers("annotate", data, rows=rows)
    assert len(found) == len(raw)
    assert found == answers("annotate", data)


PAGE = (
    "<html><head><meta charset=euc-kr><meta name=robots content=noai><title>말모이</title></head><body><h1>말모이</h1>"
    f"<p>{TEXT}</p><a rel=license href=https://creativecommons.org/licenses/by/4.0/>이용 허락</a></body></html>"
)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("rows", [1, 7])
def test_extract_reads_pages_as_strings_and_as_the_bytes_of_a_server(rows: int) -> None:
    found = answers(
        "extract",
        lines(
            {"id": 1, "html_base64": encoded(PAGE.encode("cp949")), "url": "https://example.com/가"},
            {"id": 2, "html": f"<p>{TEXT}</p>"},
            {"id": 3, "html_base64": encoded(TEXT.encode("cp949")), "content_type": "text/html; charset=utf-8"},
            {"id": 4, "html": "<div>" * 100_000 + TEXT},
            {"id": 5, "html_base64": "말모이"},
            {"id": 6, "html_base64": encoded(b"\x80\x81\x82")},
            {"id": 7, "html": None},
            {"id": 8, "html": 8, "html_base64": encoded(b"<p>a</p>")},
            {"id": 9, "html": f"<p>{TEXT}</p>", "url": 9},
        ),
        rows=rows,
    )
    assert found[0] == {
        "id": 1,
        "title": "말모이",
        "text": f"말모이\n\n{TEXT}\n\n이용 허락",
        "charset": "cp949",
        "license": "CC-BY-4.0",
        "rights": ["noai"],
    }
    assert found[1] == {"id": 2, "title": None, "text": TEXT, "charset": None}
    assert (found[2]["text"], found[2]["charset"]) == (TEXT, "cp949")  # whatever the server declared
    assert [(item["id"], item["line"], item["error"]) for item in found[3:]] == [
        (4, 4, "record.unsupported"),
        (5, 5, "record.malformed"),
        (6, 6, "record.not_utf8"),
        (7, 7, "record.missing_text"),
        (8, 8, "record.malformed"),
        (9, 9, "record.malformed"),
    ]
