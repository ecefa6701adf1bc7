"""Candidate pairs: equal to their definition, whatever brings the members of a bucket together."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import DOCUMENT, DocumentBatch, cast
from corpus.identity import document_id, text_digest
from corpus.sources.config import InputConfig, RightsBasis
from filters.dedup.candidates import MEMBER_BYTES, Entries, bucket_key, bucket_pairs, entries, grouped_pairs
from filters.dedup.config import DedupConfig
from filters.dedup.rank import RANK_BYTES, priorities, ranks
from filters.dedup.signature import signatures
from tests.oracles import dedup as oracle

WORDS = [
    "말",
    "모이",
    "우리",
    "사람",
    "나라",
    "글",
    "바다",
    "산",
    "강",
    "하늘",
    "꽃",
    "나무",
    "집",
    "길",
    "밤",
    "낮",
    "봄",
    "여름",
    "가을",
    "겨울",
]


def signed(texts: list[str]) -> pa.RecordBatch:
    rows = {
        "id": [document_id("시험", str(n)) for n in range(len(texts))],
        "source": ["시험"] * len(texts),
        "text": texts,
        "text_digest": [text_digest(text) for text in texts],
    }
    return signatures(DocumentBatch(cast(pa.table(rows), DOCUMENT)), DedupConfig())


def pair_set(found: Entries, comparisons: int = 64) -> set[tuple[bytes, bytes]]:
    pairs = grouped_pairs(found, comparisons)
    return {(bytes(a), bytes(b)) for a, b in zip(pairs.a, pairs.b, strict=True)}


def variants(seed: int, families: int, members: int) -> list[str]:
    """Korean texts in families that differ by a few words, some only by spacing or punctuation."""
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(families):
        words = list(rng.choice(WORDS, 60))
        for member in range(members):
            changed = list(words)
            for place in rng.integers(0, 60, member % 4):
                changed[place] = str(rng.choice(WORDS))
            texts.append((" ", "  ", ", ")[member % 3].join(changed))
    return texts


def test_pairs_equal_their_definition() -> None:
    texts = [*variants(1, 12, 7), "네!", "네.", "아니요", "!!!", "…", ""]
    batch = signed(texts)
    order = ranks(batch, {})
    ids = batch.column("id").to_pylist()
    for comparisons in (64, 3):
        pairs, _ = oracle.candidates(
            dict(zip(ids, texts, strict=True)),
            {id_: bytes(rank) for id_, rank in zip(ids, order, strict=True)},
            comparisons,
        )
        assert pair_set(entries(batch, {}), comparisons) == pairs
    assert len(pairs) > 50


def test_skipped_comparisons_are_counted_as_defined() -> None:
    texts = variants(2, 3, 20)
    batch = signed(texts)
    ids = batch.column("id").to_pylist()
    order = {id_: bytes(rank) for id_, rank in zip(ids, ranks(batch, {}), strict=True)}
    _, skipped = oracle.candidates(dict(zip(ids, texts, strict=True)), order, 2)
    assert grouped_pairs(entries(batch, {}), 2).skipped == skipped > 0


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=120),
    st.sampled_from([1, 2, 5, 64]),
)
def test_many_buckets_at_once_equal_one_bucket_at_a_time(rows: list[tuple[int, int]], comparisons: int) -> None:
    """Rows of (bucket, document); every other document is of one of seven classes, the rest of its own."""
    keys = np.array([bucket for bucket, _ in rows], np.uint64)
    members = [
        bytes(RANK_BYTES - 16)
        + document_id("시험", str(document))
        + document_id("부류", str(document % 7 if document % 2 else document))
        for _, document in rows
    ]
    array = np.frombuffer(b"".join(members), np.uint8).reshape(-1, MEMBER_BYTES)
    pairs = grouped_pairs(Entries(keys, array), comparisons)
    found = sorted((bytes(a), bytes(b)) for a, b in zip(pairs.a, pairs.b, strict=True))
    wanted, skipped = [], 0
    for bucket in range(4):
        inside, left = bucket_pairs([m for k, m in zip(keys, members, strict=True) if k == bucket], comparisons)
        wanted += inside
        skipped += left
    assert found == sorted(wanted)
    assert pairs.skipped == skipped


def test_partition_by_key_never_changes_the_pairs() -> None:
    found = entries(signed(variants(3, 30, 5)), {})
    whole = grouped_pairs(found)
    for partitions in (1, 7, 64):
        pieces = [
            grouped_pairs(Entries(found.keys[mask], found.members[mask]))
            for mask in (found.keys % np.uint64(partitions) == p for p in range(partitions))
        ]
        rows = sorted(bytes(a) + bytes(b) for piece in pieces for a, b in zip(piece.a, piece.b, strict=True))
        assert rows == sorted(bytes(a) + bytes(b) for a, b in zip(whole.a, whole.b, strict=True))
        assert sum(piece.skipped for piece in pieces) == whole.skipped


def test_order_of_members_and_batches_never_changes_the_pairs() -> None:
    batch = signed(variants(4, 20, 6))
    whole = pair_set(entries(batch, {}))
    shuffled = batch.take(pa.array(np.random.default_rng(5).permutation(len(batch))))
    assert pair_set(entries(shuffled, {})) == whole
    pieces = [entries(shuffled.slice(at, 7), {}) for at in range(0, len(batch), 7)]
    joined = Entries(np.concatenate([p.keys for p in pieces]), np.concatenate([p.members for p in pieces]))
    assert pair_set(joined) == whole


def test_a_bucket_above_the_limit_compares_each_with_the_best_ranked() -> None:
    members = [bytes(16) + n.to_bytes(16, "big") + n.to_bytes(16, "big") for n in range(200)]
    pairs, skipped = bucket_pairs(reversed(members))
    assert len(pairs) == 64 * 136 + 64 * 63 // 2
    assert skipped == 136 * 135 // 2
    assert {int.from_bytes(a, "big") for a, _ in pairs} == set(range(64))


def test_copies_of_one_text_stand_once_as_their_best_ranked() -> None:
    texts = ["우리말을 모으고 다듬는 일은 오래 걸린다"] * 50 + ["우리말을 모으고 다듬는 일은 오래 걸린다!"]
    batch = signed(texts)
    pairs = pair_set(entries(batch, {}))
    best = min(zip((bytes(r) for r in ranks(batch, {})[:50]), batch.column("id").to_pylist()[:50], strict=True))[1]
    other = batch.column("id").to_pylist()[50]
    assert pairs == {(min(best, other), max(best, other))}


def test_1000_distinct_short_documents_are_candidates_of_nothing() -> None:
    """Systems that give an empty shingle set one signature collapse all short documents into one."""
    texts = [f"{WORDS[n % 20]}{WORDS[n // 20 % 20]}{chr(0xAC00 + n)}"[:4] + chr(0xB000 + n) for n in range(1000)]
    assert len(set(texts)) == 1000
    assert pair_set(entries(signed(texts), {})) == set()


def test_texts_without_a_letter_or_digit_are_candidates_of_nothing() -> None:
    assert pair_set(entries(signed(["!!!", "...", "…", "♥♥", "😀😀", ""]), {})) == set()


def test_a_key_on_a_line_is_16_hexadecimal_digits() -> None:
    assert bucket_key(255) == "00000000000000ff"


def test_ranks_compare_priority_then_length_then_date_then_id() -> None:
    early, late = datetime.datetime(1950, 3, 1, tzinfo=datetime.UTC), datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    rows = [
        ("위키", 10, None, 9),
        ("블로그", 900, early, 9),
        ("블로그", 10, early, 9),
        ("블로그", 10, late, 9),
        ("블로그", 10, None, 1),
        ("블로그", 10, None, 2),
        ("꼬리", 999, early, 0),
    ]
    table = pa.table(
        {
            "source": [row[0] for row in rows],
            "characters": pa.array([row[1] for row in rows], pa.int32()),
            "created_at": pa.array([row[2] for row in rows], pa.timestamp("us", tz="UTC")),
            "id": [row[3].to_bytes(16, "big") for row in rows],
        }
    )
    own = RightsBasis(basis="own")
    inputs = [
        InputConfig(name=name, uri=".", rights=own, class_="open", priority=number)
        for name, number in (("위키", -1), ("블로그", 0), ("꼬리", 5))
    ]
    packed = [bytes(rank) for rank in ranks(table, priorities(inputs))]
    assert packed == sorted(packed)
    assert len(set(packed)) == len(packed)


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare_is_no_pair(count: int) -> None:
    assert pair_set(entries(signed(["가나다라마바사아자차카"] * count), {})) == set()
