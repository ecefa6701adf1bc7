"""What each rule alone and last would drop, and their overlaps, equal counting document by document."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpus.ledger import DECISION
from jobs.tasks.ablation import COLUMNS, ORDER, Ablation, ablation, rule_of
from tests.oracles import selection as oracle

NAMES = (
    *("rights.not_allowed", "area.excluded", "verdict.spam", "length.too_short", "length.too_long", "symbols.too_many"),
    *("quality.below_quantile", "새_규칙.걸림"),
)


@st.composite
def decisions(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for _ in range(draw(st.integers(0, 30))):
        reasons = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
        reasons.sort(key=NAMES.index)
        row = {"kind": draw(st.sampled_from(["블로그", "news", None])), "fate": "dropped", "stage": "select"}
        how = draw(st.sampled_from(["rules", "spared", "election"]))
        if how == "election":  # with reasons: a person spared it, and it still is a duplicate
            name = draw(st.sampled_from(["dedup.exact", "dedup.near"]))
            row |= {"stage": "dedup", "reason": name, "all_reasons": [*reasons, name]}
        elif how == "spared" or not reasons:
            row |= {"fate": "kept", "reason": None, "all_reasons": reasons}
        else:
            row |= {"reason": reasons[0], "all_reasons": reasons}
        rows.append(row)
    return rows


def counted(rows: list[dict[str, Any]], size: int) -> Ablation:
    schema = pa.schema([DECISION.field(name) for name in COLUMNS])
    table = pa.Table.from_pylist([{name: row[name] for name in COLUMNS} for row in rows], schema=schema)
    return ablation(lambda: table.to_batches(size))


@given(decisions(), st.integers(1, 7))
def test_sums_equal_brute_force_for_any_batches(rows: list[dict[str, Any]], size: int) -> None:
    found = counted(rows, size)
    assert found == counted(list(reversed(rows)), 30)
    assert found.documents == len(rows)
    assert found.kept == sum(row["fate"] == "kept" for row in rows)
    expected = oracle.ablation(rows)
    told = zip(found.reasons.names, found.reasons.alone, found.reasons.last, found.reasons.first, strict=True)
    assert {name: {"alone": a, "last": b, "first": c} for name, a, b, c in told} == expected
    for one, row in zip(found.reasons.names, found.reasons.both, strict=True):
        assert list(row) == [oracle.overlap(rows, one, other) for other in found.reasons.names]
    by_rule = [
        {**row, "reason": row["reason"] and rule_of(row["reason"]),
         "all_reasons": list(dict.fromkeys(map(rule_of, oracle.failing(row))))}
        for row in rows
    ]  # fmt: skip
    for name, alone, last, first in zip(
        found.rules.names, found.rules.alone, found.rules.last, found.rules.first, strict=True
    ):
        holding = [row for row in by_rule if name in row["all_reasons"]]
        assert alone == len(holding)
        assert last == sum(row["all_reasons"] == [name] for row in holding)
        assert first == sum(row["reason"] == name for row in holding)
    assert sum(count for count, _ in found.kinds.values()) == len(rows)
    for kind, (_, last) in found.kinds.items():
        own = [row for row in by_rule if (row["kind"] or "") == kind and len(row["all_reasons"]) == 1]
        assert last == {
            rule: n for rule in found.rules.names if (n := sum(row["all_reasons"] == [rule] for row in own))
        }


def test_reasons_stand_in_the_order_in_which_select_asks() -> None:
    places = [ORDER.index(name) for name in NAMES[:-1]]
    assert places == sorted(places)
    assert ORDER[:3] == ("rights.not_allowed", "rights.not_searchable", "override.drop")
    assert ORDER[-3:] == ("quality.below_quantile", "dedup.exact", "dedup.near")


def test_a_document_that_a_person_kept_counts_for_no_rule() -> None:
    rows = [{"kind": "blog", "fate": "kept", "stage": "select", "reason": None, "all_reasons": ["length.too_short"]}]
    assert counted(rows, 5).reasons.names == ()
