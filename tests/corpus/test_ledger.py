"""The census adds up in any order, and the conservation law catches every loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import GateError
from corpus.ledger import Census, Entry, check_conservation

ENTRIES = st.builds(
    Entry,
    st.sampled_from(["블로그", "news"]),
    st.sampled_from(["blog", "news"]),
    st.sampled_from(["kept", "dropped", "quarantined"]),
    st.sampled_from(["", "length.too_short"]),
)
ROWS = st.lists(st.tuples(ENTRIES, st.integers(0, 9), st.integers(0, 99), st.integers(0, 2**128 - 1)), max_size=20)


def census(rows: list[tuple[Entry, int, int, int]]) -> Census:
    result = Census()
    for entry, documents, size, ids in rows:
        result.add(entry, documents, size, ids)
    return result


@given(ROWS)
def test_order_of_counting_does_not_matter_and_rows_round_trip(rows: list[tuple[Entry, int, int, int]]) -> None:
    assert census(rows).rows() == census(rows[::-1]).rows()
    assert Census.from_rows(census(rows).rows()).rows() == census(rows).rows()


@given(ROWS, ROWS)
def test_merge_equals_counting_together(left: list, right: list) -> None:
    merged = census(left)
    merged.merge(census(right))
    assert merged.rows() == census(left + right).rows()


def test_totals_and_groups() -> None:
    counted = census(
        [
            (Entry("블로그", "blog", "kept", ""), 2, 30, 5),
            (Entry("블로그", "blog", "dropped", "length.too_short"), 1, 4, 6),
            (Entry("news", "news", "kept", ""), 1, 9, 7),
        ]
    )
    assert counted.total(fate="kept").documents == 3
    assert {group: tally.bytes for group, tally in counted.by("kind", fate="kept").items()} == {
        ("blog",): 30,
        ("news",): 9,
    }


def test_a_balanced_stage_passes() -> None:
    before = census([(Entry("블로그", "blog", "kept", ""), 3, 0, 60)])
    after = census(
        [
            (Entry("블로그", "blog", "kept", ""), 2, 0, 50),
            (Entry("블로그", "blog", "dropped", "length.too_short"), 1, 0, 10),
        ]
    )
    check_conservation("select", before, after)


@pytest.mark.parametrize(
    "after",
    [
        [(Entry("블로그", "blog", "kept", ""), 2, 0, 60)],  # one lost
        [(Entry("블로그", "blog", "kept", ""), 3, 0, 61)],  # one swapped for another
        [(Entry("news", "news", "kept", ""), 3, 0, 60)],  # moved to another source
        [],
    ],
)
def test_a_loss_a_swap_and_a_move_are_caught(after: list) -> None:
    before = census([(Entry("블로그", "blog", "kept", ""), 3, 0, 60)])
    with pytest.raises(GateError, match="does not balance"):
        check_conservation("select", before, census(after))
