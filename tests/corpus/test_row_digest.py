"""Row digests tell tables apart by content alone: not by order, batching, slicing or string width."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import DOCUMENT
from corpus.row_digest import rows_digest

SCHEMA = pa.schema(
    [
        ("id", pa.binary()),
        ("title", pa.string()),
        ("n", pa.int32()),
        ("score", pa.float32()),
        ("yes", pa.bool_()),
        ("when", pa.timestamp("us", tz="UTC")),
        ("origin", pa.struct([("file", pa.string()), ("offset", pa.int64())])),
        ("contacts", pa.list_(pa.int64())),
        ("meta", pa.map_(pa.string(), pa.string())),
    ]
)
WORDS = st.text(alphabet="가각힣ㅋab 😀", max_size=20)
ROW = st.fixed_dictionaries(
    {
        "id": st.binary(min_size=16, max_size=16),
        "title": st.none() | WORDS,
        "n": st.none() | st.integers(-(2**31), 2**31 - 1),
        "score": st.none() | st.floats(width=32, allow_nan=False),
        "yes": st.none() | st.booleans(),
        "when": st.none() | st.datetimes(timezones=st.just(datetime.UTC), min_value=datetime.datetime(1900, 1, 1)),
        "origin": st.none()
        | st.fixed_dictionaries({"file": st.none() | WORDS, "offset": st.none() | st.integers(0, 9)}),
        "contacts": st.none() | st.lists(st.integers(-5, 5), max_size=3),
        "meta": st.none() | st.lists(st.tuples(WORDS, st.none() | WORDS), max_size=3),
    }
)


def batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


@given(st.lists(ROW, max_size=8), st.integers(0, 8))
def test_order_batching_and_slicing_do_not_matter(rows: list[dict[str, Any]], cut: int) -> None:
    whole = batch(rows)
    expected = rows_digest([whole])
    assert rows_digest([batch(rows[::-1])]) == expected
    assert rows_digest([whole.slice(0, cut), whole.slice(cut)]) == expected
    assert rows_digest([batch(rows[:cut]), batch(rows[cut:])]) == expected


@given(ROW, ROW)
def test_different_rows_have_different_digests(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = batch([one]).equals(batch([other]))
    assert (rows_digest([batch([one])]) == rows_digest([batch([other])])) == same


@given(ROW, st.sampled_from(SCHEMA.names))
def test_a_null_is_not_an_empty_value(row: dict[str, Any], name: str) -> None:
    empty = {"id": b"", "title": "", "n": 0, "score": 0.0, "yes": False, "contacts": [], "meta": []}
    if name in empty:
        a, b = batch([{**row, name: empty[name]}]), batch([{**row, name: None}])
        assert rows_digest([a]) != rows_digest([b])


def test_string_width_and_column_order_do_not_matter() -> None:
    small = pa.RecordBatch.from_pydict(
        {"a": pa.array(["가", None]), "b": pa.array([b"x" * 16, b"y" * 16], pa.binary(16))}
    )
    large = pa.RecordBatch.from_pydict(
        {"b": pa.array([b"x" * 16, b"y" * 16], pa.large_binary()), "a": pa.array(["가", None], pa.large_string())}
    )
    assert rows_digest([small]) == rows_digest([large])


def test_values_do_not_slip_from_one_column_into_the_next() -> None:
    a = pa.RecordBatch.from_pydict({"a": ["가나"], "b": ["다"]})
    b = pa.RecordBatch.from_pydict({"a": ["가"], "b": ["나다"]})
    c = pa.RecordBatch.from_pydict({"b": ["가나"], "a": ["다"]})
    assert len({rows_digest([x]) for x in (a, b, c)}) == 3


def test_golden_value() -> None:
    rows = pa.RecordBatch.from_pylist(
        [{"id": b"\x01" * 16, "text": "말모이", "text_digest": b"\x02" * 16}], schema=DOCUMENT
    )
    assert f"{rows_digest([rows], ('text',)):032x}" == "9ebc475a8b71ea289657bcc5032fc018"


def test_a_type_of_no_table_is_refused() -> None:
    with pytest.raises(TypeError, match="no row digest"):
        rows_digest([pa.RecordBatch.from_pydict({"d": pa.array([1], pa.duration("s"))})])
