"""Signatures: fixed values, equality with the oracle, and the claims about Korean text."""

from __future__ import annotations

import io
import json
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import DOCUMENT, DocumentBatch, cast, text_buffers
from corpus.errors import ConfigError
from corpus.identity import document_id, text_digest
from filters.dedup.config import DedupConfig
from filters.dedup.signature import (
    SIGNATURE,
    check,
    permutations,
    shingle_sets,
    signature_of,
    signatures,
)
from tests.oracles import dedup as oracle

CONFIG = DedupConfig()
SENTENCE = "말모이는 우리말을 모으는 일이고, 모은 말은 다시 사람에게 돌아간다."


def documents(texts: list[str]) -> pa.RecordBatch:
    rows = {
        "id": [document_id("시험", str(n)) for n in range(len(texts))],
        "source": ["시험"] * len(texts),
        "kind": ["others"] * len(texts),
        "class": ["open"] * len(texts),
        "text": texts,
        "text_digest": [text_digest(text) for text in texts],
    }
    return cast(pa.table(rows), DOCUMENT)


def sign(texts: list[str], config: DedupConfig = CONFIG) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = signatures(DocumentBatch(documents(texts)), config).to_pylist()
    return rows


def expected(text: str) -> dict[str, object]:
    keys, lanes = oracle.bands(text), oracle.lanes(text)
    return {
        "characters": len(text),
        "squeezed": oracle.squeezed_digest(text),
        "folded_digest": oracle.folded_digest(text),
        "shingles": len(oracle.shingles(text)),
        "bands": b"".join(key.to_bytes(8, "big") for key in keys),
        "lanes": bytes(lane & 0xFF for lane in lanes),
    }


def test_golden_values() -> None:
    row = sign([SENTENCE])[0]
    assert row["characters"] == 38
    assert row["shingles"] == 26
    assert row["squeezed"].hex() == "941cc2dcbdb13ff4cd6ecc7b246fe7ed"
    assert row["folded_digest"].hex() == "fc589f17a3400f254d162a7f53e87f09"
    assert row["bands"].hex()[:64] == "32aa947f6be22714233a3c4bf47c41eecfd12e71f6daa8aa460eba0ff0530bdc"
    assert row["lanes"].hex()[:64] == "8fec73a951ee2ea42a5c813d863283777e5e296cdef4ad1a6196bf3b7f5d6f40"
    assert [int(v) for v in permutations(112)[0][:3]] == [3793791033, 113532185, 456755563]
    assert f"{oracle.shingle_hash('가나다라마'):016x}" == "75e2c727201f2562"


def test_schema_is_as_published() -> None:
    batch = signatures(DocumentBatch(documents([SENTENCE])), CONFIG)
    assert batch.schema.equals(SIGNATURE, check_metadata=True)
    row = batch.to_pylist()[0]
    assert len(row["bands"]) == 14 * 8
    assert len(row["lanes"]) == 112
    assert len(row["squeezed"]) == len(row["folded_digest"]) == len(row["text_digest"]) == 16


@given(
    st.lists(
        st.text(
            alphabet=st.one_of(
                st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
                st.sampled_from(" \n\t\u3000\u00a0\u200b.,!?ㅋㅠ漢字かなAaZz09éİß😀\ufe0f\U000e0100"),
                st.characters(exclude_categories=["Cs"]),
            ),
            max_size=60,
        ),
        max_size=8,
    )
)
def test_signatures_equal_the_oracle(texts: list[str]) -> None:
    rows = sign(texts)
    for text, row in zip(texts, rows, strict=True):
        assert {key: row[key] for key in expected(text)} == expected(text)


def test_signatures_equal_the_oracle_on_real_text(shared_data: Path) -> None:
    texts = []
    for name in ("petitions", "korean_statutes", "wikinews_ko"):
        path = next((shared_data / "docs").glob(f"{name}*"))
        with path.open("rb") as stream:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
            texts += [json.loads(line)["text"][:1500] for line, _ in zip(lines, range(8), strict=False)]
    for text, row in zip(texts, sign(texts), strict=True):
        assert {key: row[key] for key in expected(text)} == expected(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "가",
        " \n ",
        unicodedata.normalize("NFD", SENTENCE),
        "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ",
        "ᄒᆞᆫ글",
        "😀" * 40,
        "漢字" * 30,
        "\U0010ffff가\U000e0101나",
    ],
    ids=["empty", "one", "spaces", "nfd", "laughter", "old hangul", "emoji", "han", "planes"],
)
def test_edge_texts_equal_the_oracle(text: str) -> None:
    row = sign([text])[0]
    assert {key: row[key] for key in expected(text)} == expected(text)


def test_a_null_text_is_an_empty_one() -> None:
    batch = pa.RecordBatch.from_pydict({"id": [bytes(16)], "text": pa.array([None], pa.string())})
    row = signatures(DocumentBatch(batch), CONFIG).to_pylist()[0]
    assert (row["characters"], row["shingles"], row["bands"]) == (0, 0, b"")


def test_bytes_that_are_not_utf8_do_not_crash() -> None:
    raw = pa.array([b"\xb0\xa1\xb3\xaa \xed\x95", b"\xff" * 30, b"\xe0"], pa.binary())
    column = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    sets = shingle_sets(text_buffers(column))
    assert [len(s) for s in sets] == [2, 1, 0]


def test_slices_of_a_batch_give_the_same_rows() -> None:
    texts = [SENTENCE * n for n in range(1, 12)]
    whole = sign(texts)
    batch = documents(texts)
    for size in (1, 7):
        pieces = [batch.slice(at, size) for at in range(0, len(texts), size)]
        rows = [row for piece in pieces for row in signatures(DocumentBatch(piece), CONFIG).to_pylist()]
        assert rows == whole


def test_white_space_never_parts_two_copies() -> None:
    plain, spaced = sign([SENTENCE, SENTENCE.replace(" ", "\u3000\n  ").replace("은", "은 ")])
    assert plain["squeezed"] == spaced["squeezed"]
    assert plain["bands"] == spaced["bands"]
    assert plain["text_digest"] != spaced["text_digest"]


def test_punctuation_and_case_fold_away_but_letters_do_not() -> None:
    rows = sign(["Kafka는, 좋다!", "kafka는 좋다…", "kafka는 좋나", "!!!", "…"])
    assert rows[0]["folded_digest"] == rows[1]["folded_digest"] != rows[2]["folded_digest"]
    assert rows[3]["folded_digest"] == rows[4]["folded_digest"] == bytes(16)


def test_hangul_alone_has_shingles_unlike_a_split_on_java_non_word_characters() -> None:
    """A split on ASCII \\W leaves nothing of Korean, so such a system compares no Korean document."""
    assert [len(s) for s in shingle_sets(text_buffers(pa.array(["가나다라마바사", "a b c d e"])))] == [3, 1]


def test_lanes_are_of_32_bits_and_permutations_are_bijections_of_them() -> None:
    """A modulus written 1 << 61 - 1 is 2^60, under which even factors lose bits; ours are odd, mod 2^32."""
    factors, terms = permutations(112)
    assert factors.dtype == terms.dtype == np.uint32
    assert bool((factors & 1).all())
    assert len({(int(f), int(t)) for f, t in zip(factors, terms, strict=True)}) == 112


def test_the_estimate_has_the_error_that_theory_gives() -> None:
    """Root mean square error of 112 lanes at J = .5 is sqrt(.25 / 112) = .047; within 15 %."""
    errors = []
    rng = np.random.default_rng(7)
    syllables = np.array([chr(c) for c in range(0xAC00, 0xD7A4)])
    for _ in range(60):
        common, mine, yours = ("".join(rng.choice(syllables, 400)) for _ in range(3))
        x, y = common + mine[:200], common + yours[:200]
        lanes_x, lanes_y = (np.frombuffer(row["lanes"], np.uint8) for row in sign([x, y]))
        m = float((lanes_x == lanes_y).mean())
        errors.append((m - 1 / 256) / (1 - 1 / 256) - oracle.jaccard(x, y))
    assert 0.040 <= float(np.sqrt(np.mean(np.square(errors)))) <= 0.054


def test_shingle_sets_are_the_sets_of_the_oracle() -> None:
    texts = [SENTENCE, SENTENCE + SENTENCE, "가나다", ""]
    for text, found in zip(texts, shingle_sets(text_buffers(pa.array(texts))), strict=True):
        assert sorted(found.tolist()) == sorted({oracle.shingle_hash(s) for s in oracle.shingles(text)})


def test_the_pipe_form_equals_the_row() -> None:
    row = sign([SENTENCE])[0]
    answer = signature_of(SENTENCE, CONFIG)
    assert answer["text_digest"] == row["text_digest"].hex()
    assert "".join(answer["bands"]) == row["bands"].hex()
    assert answer["shingles"] == row["shingles"]
    assert signature_of("가나", CONFIG)["bands"] == []


def test_other_bands_are_made_and_another_shingle_length_is_refused() -> None:
    row = sign([SENTENCE], DedupConfig(bands=20, lanes_per_band=5))[0]
    assert (len(row["bands"]), len(row["lanes"])) == (160, 100)
    assert row["bands"] == b"".join(key.to_bytes(8, "big") for key in oracle.bands(SENTENCE, 20, 5))
    with pytest.raises(ConfigError, match=r"dedup\.shingle"):
        check(DedupConfig(shingle=4))
