"""The Modu corpus: documents come one by one with their metadata, and no speaker is ever in a text."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sources.listing import Slice
from corpus.sources.modu import documents, read
from corpus.sources.raw import RawRecord

LIMIT = 1 << 20


def newspaper(number: int, *forms: str) -> dict[str, Any]:
    paragraphs = [{"id": f"NWRW1.{number}.{place}", "form": form} for place, form in enumerate(forms, 1)]
    metadata = {"title": f"제목 {number}", "author": "기자", "publisher": "신문사", "date": "20180102", "topic": "사회"}
    return {"id": f"NWRW1.{number}", "metadata": metadata, "paragraph": paragraphs}


def corpus(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "NWRW1", "metadata": {"category": "신문 > 종합지", "year": "2018"}, "document": found}


def run(path: Path, data: bytes, limit: int = LIMIT) -> list[RawRecord]:
    path.write_bytes(data)
    return list(read(Slice(str(path), path.name, "modu"), limit))


def dumped(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


def faults(found: list[RawRecord]) -> list[str]:
    return [record.fault for record in found]


@pytest.mark.parametrize("indent", [None, 4])
def test_a_newspaper_article_keeps_its_metadata(tmp_path: Path, indent: int | None) -> None:
    first, second = newspaper(1, '“말”을 "모으다".', "둘째 {문단} [끝]"), newspaper(2, "다른 글\\")
    data = b"\xef\xbb\xbf" + dumped(corpus([first, second]), indent)
    found = run(tmp_path / "NWRW1.json", data)
    assert found[0].fields == {
        "key": "NWRW1.1",
        "text": '“말”을 "모으다".\n\n둘째 {문단} [끝]',
        "title": "제목 1",
        "created_at": "20180102",
        "corpus": "NWRW1",
        "author": "기자",
        "publisher": "신문사",
        "category": "신문 > 종합지",
        "topic": "사회",
        "year": "2018",
    }
    assert [record.fields and record.fields["text"] for record in found][1] == "다른 글\\"
    for record, document in zip(found, (first, second), strict=True):
        assert json.loads(data[record.offset : record.offset + record.size]) == document
    assert run(tmp_path / "NWRW1.json.gz", gzip.compress(data)) == found


def test_speakers_are_not_in_the_text_nor_in_the_metadata(tmp_path: Path) -> None:
    document = {
        "id": "SDRW1.1",
        "metadata": {"title": "일상 대화", "speaker": [{"id": "SD1", "age": "20대", "birthplace": "부산"}]},
        "utterance": [
            {"id": "SDRW1.1.1", "speaker_id": "SD1", "form": "뭐 먹을까?", "original_form": "(머)/(뭐) 먹을까?"},
            {"id": "SDRW1.1.2", "speaker_id": "SD2", "form": "", "original_form": "국수."},
            {"id": "SDRW1.1.3", "speaker_id": "SD1", "form": None, "original_form": ""},
        ],
    }
    (record,) = run(tmp_path / "a.json", dumped(corpus([document])))
    assert record.fields is not None and record.fields["text"] == "뭐 먹을까?\n국수."
    assert not any("SD1" in str(item) and name != "key" for name, item in record.fields.items())
    assert "speaker" not in record.fields


def test_a_document_without_a_form_is_quarantined_alone(tmp_path: Path) -> None:
    empty = {"id": "NWRW1.2", "metadata": {}, "paragraph": []}
    found = run(tmp_path / "a.json", dumped(corpus([newspaper(1, "글"), empty, newspaper(3, "글")])))
    assert faults(found) == ["", "record.missing_text", ""]


def test_a_document_above_the_limit_is_read_past_in_bounded_memory(tmp_path: Path) -> None:
    big = newspaper(2, *["가" * 300_000] * 40)
    data = dumped(corpus([newspaper(1, "글"), big, newspaper(3, "글")]))
    tracemalloc.start()
    found = run(tmp_path / "a.json", data, 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert faults(found) == ["", "record.too_large", ""]
    assert found[1].size == len(dumped(big))
    assert peak < 12_000_000


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b'{"id": "x", "document": []}', []),
        (b'{"document": [], "id": "x"} trailing', ["record.malformed"]),
        (b'[{"text": "a"}]', ["record.unsupported"]),
        (b'{"data": [{"document": [{"id": 1}]}]}', ["record.unsupported"]),
        ('{"document": [{"id": "1", "paragraph": [{"form": "글"}]}, 3, "글", []]}'.encode(), ["", "record.malformed", "record.malformed"]),
        ('{"document": [{"id": "1", "paragraph": [{"form": "글"}]}'.encode(), ["", "file.truncated"]),
        ('{"document": [{"id": "1", "paragraph": [{"form": "글'.encode(), ["file.truncated"]),
        ('{"document": [{"id": "1", paragraph: [{"form": "글"}]}]}'.encode(), ["record.malformed"]),
        ('{"document": [{"id": "1", "paragraph": [{"form": "한글"}]}]}'.encode("cp949"), ["record.not_utf8"]),
    ],
)  # fmt: skip
def test_what_is_no_modu_file_is_a_clear_fault(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert faults(run(tmp_path / "a.json", data)) == expected


def test_deep_nesting_is_one_fault(tmp_path: Path) -> None:
    deep = b'{"document": [{"id": ' + b"[" * 200_000 + b"]" * 200_000 + b"}]}"
    assert faults(run(tmp_path / "a.json", deep)) == ["record.malformed"]


@settings(max_examples=100)
@given(st.integers(1, 70), st.lists(st.text(st.sampled_from('가\\"{}[],: '), max_size=8), min_size=1, max_size=5))
def test_blocks_of_any_size_give_the_same_documents(size: int, forms: list[str]) -> None:
    data = dumped(corpus([newspaper(number, form, "끝") for number, form in enumerate(forms)]))
    whole = list(documents([data], LIMIT))
    assert [record.fields and record.fields["text"] for record in whole] == [
        "\n\n".join(part for part in (form.strip(), "끝") if part) for form in forms
    ]
    assert list(documents([data[at : at + size] for at in range(0, len(data), size)], LIMIT)) == whole


@settings(max_examples=200)
@given(st.data())
def test_any_damage_is_accounted_for(data: st.DataObject) -> None:
    content = bytearray(dumped(corpus([newspaper(1, "글"), newspaper(2, "말"), newspaper(3, "뜻")])))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] ^= data.draw(st.integers(1, 255))
    cut = bytes(content[: data.draw(st.integers(1, len(content)))])
    found = list(documents([cut], LIMIT))
    assert found and all((record.fields is None) == bool(record.fault) for record in found)
    covered = sorted((record.offset, record.offset + record.size) for record in found)
    assert all(end <= start for (_, end), (start, _) in pairwise(covered))
