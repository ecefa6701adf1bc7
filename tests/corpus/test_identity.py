"""Golden values of ids, digests and keyed hashes: a change of any is a change of format."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.identity import (
    MODULUS,
    bytes_digest,
    digest_sum,
    document_id,
    fixed_bytes,
    hexadecimal,
    id_column,
    id_strings,
    keyed_hash,
    rows_digest,
    text_digest,
)


def test_golden_values_of_ids_and_digests() -> None:
    assert document_id("뉴스", "2026-0001").hex() == "4f8ec3eab0f0cf36f7683b6160316888"
    assert text_digest("말모이는 말을 모은다.").hex() == "12561081df3ebf06eecd3027b8d79bee"
    assert bytes_digest("레코드".encode("cp949")).hex() == "d5e1c7405e1d5b9ec8e851a321c78f8a"
    assert keyed_hash(7, "order", b"\x00" * 16) == 15450417763237826843


def test_id_depends_on_source_and_key_and_not_on_their_border() -> None:
    assert document_id("가", "나다") != document_id("가나", "다")
    assert document_id("가", "나") != document_id("나", "가")


def test_purposes_and_seeds_draw_independently() -> None:
    draws = {keyed_hash(seed, purpose, "문서".encode()) for seed in (0, 1) for purpose in ("order", "copies")}
    assert len(draws) == 4


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=50))
def test_digest_sum_is_the_sum_of_big_endian_integers(ids: list[bytes]) -> None:
    expected = sum(int.from_bytes(value, "big") for value in ids) % MODULUS
    assert digest_sum(pa.array(ids, pa.binary())) == expected
    assert (
        digest_sum(pa.chunked_array([pa.array(ids, pa.binary()), pa.array(ids, pa.binary())])) == 2 * expected % MODULUS
    )


def test_digest_sum_reads_sliced_and_fixed_size_columns() -> None:
    ids = [bytes([n]) * 16 for n in range(5)]
    whole = pa.array(ids, pa.binary())
    assert digest_sum(whole.slice(1, 3)) == sum(int.from_bytes(value, "big") for value in ids[1:4]) % MODULUS
    assert digest_sum(pa.array(ids, pa.binary(16)).slice(2)) == sum(int.from_bytes(v, "big") for v in ids[2:]) % MODULUS


def test_an_equal_pair_of_ids_does_not_cancel() -> None:
    pair = [b"\x01" * 16] * 2
    assert digest_sum(pa.array(pair, pa.binary())) != 0


@pytest.mark.parametrize("values", [[b"short"], [None], [b"\x00" * 17]])
def test_a_column_that_holds_no_ids_is_refused(values: list[bytes | None]) -> None:
    with pytest.raises(ValueError):
        fixed_bytes(pa.array(values, pa.binary()), 16)


def test_ids_come_back_whole_from_numpy_though_they_end_in_zero_bytes() -> None:
    ids = [b"\x00" * 16, b"\xea" + b"\x00" * 15, b"a" * 15 + b"\x00", b"\xff" * 16]
    strings = id_strings(pa.array(ids, pa.binary()))
    assert sorted(ids) == id_column(np.sort(strings)).to_pylist()
    assert id_column(strings[:0]).to_pylist() == []
    chunked = pa.chunked_array([pa.array(ids[:1], pa.binary(16)), pa.array(ids[1:], pa.binary(16))])
    assert id_column(id_strings(chunked)[::2]).to_pylist() == ids[::2]


def test_rows_digest_ignores_order_batching_and_column_order() -> None:
    rows = [{"id": bytes([n]) * 16, "text": f"문서 {n}", "n": n} for n in range(7)]
    batch = pa.RecordBatch.from_pylist(rows)
    turned = pa.RecordBatch.from_pylist(rows[::-1]).select(["n", "text", "id"])
    assert rows_digest([batch]) == rows_digest([turned]) == rows_digest([batch.slice(0, 3), batch.slice(3)])


def test_rows_digest_sees_every_column_but_the_ones_left_out() -> None:
    one = pa.RecordBatch.from_pylist([{"id": b"a" * 16, "text": "가", "n": 1}])
    other = pa.RecordBatch.from_pylist([{"id": b"a" * 16, "text": "나", "n": 1}])
    assert rows_digest([one]) != rows_digest([other])
    assert rows_digest([one], ("text",)) == rows_digest([other], ("text",))


def test_hexadecimal_is_32_digits() -> None:
    assert hexadecimal(1) == "0" * 31 + "1"
    assert hexadecimal(MODULUS + 255) == "0" * 30 + "ff"
