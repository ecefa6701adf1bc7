"""The election equals its plain definition, and no duplicate set is lost whole."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from filters.dedup.election import EXACT, INELIGIBLE, KEPT, NEAR, REASONS, Election, elect_local
from tests.oracles import dedup as oracle


def number(value: int) -> bytes:
    return value.to_bytes(16, "big")


class Graph:
    """A random set of documents in classes, with pairs between classes."""

    def __init__(self, seed: int, largest: int = 40) -> None:
        rng = np.random.default_rng(seed)
        count = int(rng.integers(1, largest))
        self.ids = [rng.bytes(16) for _ in range(count)]
        classes = int(rng.integers(1, count + 1))
        self.classes = [number(int(c) + 1) for c in rng.integers(0, classes, count)]
        self.ranks = [rng.bytes(16) + id_ for id_ in self.ids]
        self.eligible = rng.random(count) < rng.choice([0.3, 0.8, 1.0])
        # pairs connect the best-ranked of each class among all documents
        best: dict[bytes, int] = {}
        for n, class_ in enumerate(self.classes):
            if class_ not in best or self.ranks[n] < self.ranks[best[class_]]:
                best[class_] = n
        standing = sorted(best.values())
        density = rng.choice([0.02, 0.1, 0.4])
        self.pairs = []
        for i, x in enumerate(standing):
            for y in standing[i + 1 :]:
                if rng.random() < density:
                    a, b = sorted((self.ids[x], self.ids[y]))
                    how = str(rng.choice(["estimate", "exact", "folded"]))
                    self.pairs.append((a, b, how, np.float32(1.0 if how == "folded" else rng.uniform(0.8, 1))))

    def elect(self) -> Election:
        return elect_local(
            pa.array(self.ids, pa.binary()),
            pa.array(self.classes, pa.binary()),
            np.frombuffer(b"".join(self.ranks), np.uint8).reshape(-1, 32),
            self.eligible,
            pa.array([p[0] for p in self.pairs], pa.binary()),
            pa.array([p[1] for p in self.pairs], pa.binary()),
            np.array([p[3] for p in self.pairs], np.float32),
            pa.array([p[2] for p in self.pairs], pa.string()),
        )

    def defined(self) -> dict[bytes, tuple[str, bytes]]:
        return oracle.elect(
            dict(zip(self.ids, self.classes, strict=True)),
            dict(zip(self.ids, self.ranks, strict=True)),
            [id_ for id_, fits in zip(self.ids, self.eligible, strict=True) if fits],
            [pair[:3] for pair in self.pairs],
        )


def test_1000_random_graphs_equal_the_plain_definition() -> None:
    for seed in range(1000):
        graph = Graph(seed)
        found, wanted = graph.elect(), graph.defined()
        named: dict[bytes, int] = {}
        for fate, kept in wanted.values():
            if fate != "kept":
                named[kept] = named.get(kept, 0) + 1
        jaccards = {frozenset(p[:2]): p[3] for p in graph.pairs}
        for n, id_ in enumerate(graph.ids):
            if not graph.eligible[n]:
                assert (found.fate[n], found.kept_row[n], found.cluster_size[n]) == (INELIGIBLE, -1, 0)
                continue
            fate, kept = wanted[id_]
            if fate == "kept":
                assert (found.fate[n], found.kept_row[n]) == (KEPT, -1)
                assert found.cluster_size[n] == 1 + named.get(id_, 0)
                assert np.isnan(found.value[n])
            else:
                assert REASONS[int(found.fate[n])] == fate
                assert graph.ids[found.kept_row[n]] == kept
                assert found.cluster_size[n] == 0
                assert found.value[n] == 1.0 or float(found.value[n]) in {float(v) for v in jaccards.values()}


@pytest.mark.parametrize("seed", range(20))
def test_every_dropped_document_is_paired_with_the_kept_one_that_it_names(seed: int) -> None:
    graph = Graph(1000 + seed, 80)
    found = graph.elect()
    class_of = dict(zip(graph.ids, graph.classes, strict=True))
    linked = {frozenset((class_of[a], class_of[b])) for a, b, _, _ in graph.pairs}
    for n in np.flatnonzero((found.fate == NEAR) | (found.fate == EXACT)):
        kept = found.kept_row[n]
        assert found.fate[kept] == KEPT
        assert graph.classes[n] == graph.classes[kept] or frozenset((graph.classes[n], graph.classes[kept])) in linked


@pytest.mark.parametrize("seed", range(5))
def test_order_of_documents_and_pairs_never_changes_the_election(seed: int) -> None:
    graph = Graph(2000 + seed, 200)
    before = {graph.ids[n]: int(f) for n, f in enumerate(graph.elect().fate)}
    order = np.random.default_rng(seed).permutation(len(graph.ids))
    for name in ("ids", "classes", "ranks"):
        setattr(graph, name, [getattr(graph, name)[i] for i in order])
    graph.eligible = graph.eligible[order]
    graph.pairs.reverse()
    assert {graph.ids[n]: int(f) for n, f in enumerate(graph.elect().fate)} == before


def elect(classes: list[int], eligible: list[bool], pairs: list[tuple[int, int]], how: str = "exact") -> Election:
    """Documents 0, 1, 2 … whose rank is their number."""
    ids = [number(n + 1) for n in range(len(classes))]
    return elect_local(
        pa.array(ids),
        pa.array([number(c + 1) for c in classes]),
        np.frombuffer(b"".join(bytes(16) + id_ for id_ in ids), np.uint8).reshape(-1, 32),
        np.array(eligible),
        pa.array([ids[a] for a, _ in pairs], pa.binary()),
        pa.array([ids[b] for _, b in pairs], pa.binary()),
        np.full(len(pairs), 0.9, np.float32),
        pa.array([how] * len(pairs), pa.string()),
    )


def test_one_of_two_exact_copies_stays_unlike_systems_that_delete_both() -> None:
    found = elect([0, 0], [True, True], [])
    assert found.fate.tolist() == [KEPT, EXACT]
    assert found.kept_row.tolist() == [-1, 0]
    assert found.cluster_size.tolist() == [2, 0]


def test_a_chain_keeps_both_ends() -> None:
    """0 resembles 1 and 1 resembles 2, but 0 and 2 are different: transitive closure would drop 2."""
    found = elect([0, 1, 2], [True] * 3, [(0, 1), (1, 2)])
    assert found.fate.tolist() == [KEPT, NEAR, KEPT]
    assert found.kept_row.tolist() == [-1, 0, -1]
    assert found.value[1] == np.float32(0.9)


def test_a_set_of_copies_outlives_its_best_one_being_spam() -> None:
    found = elect([0, 1, 2], [False, True, True], [(0, 1), (0, 2), (1, 2)])
    assert found.fate.tolist() == [INELIGIBLE, KEPT, NEAR]


def test_a_class_inherits_pairs_from_a_member_that_is_not_eligible() -> None:
    """Class 7 has documents 0 (spam, its representative) and 2; class 8 is document 1, paired with 0."""
    found = elect([7, 8, 7], [False, True, True], [(0, 1)])
    assert found.fate.tolist() == [INELIGIBLE, KEPT, NEAR]
    assert found.kept_row.tolist() == [-1, -1, 1]


def test_a_folded_pair_is_an_exact_duplicate() -> None:
    assert elect([0, 1], [True, True], [(0, 1)], "folded").fate.tolist() == [KEPT, EXACT]


def test_no_documents_and_no_pairs_is_an_empty_election() -> None:
    assert len(elect([], [], []).fate) == 0
    assert elect([0], [True], []).fate.tolist() == [KEPT]


def test_a_pair_of_an_unknown_document_is_refused() -> None:
    with pytest.raises(ValueError, match="not among the ids"):
        elect_local(
            pa.array([number(1)]),
            pa.array([number(1)]),
            np.zeros((1, 32), np.uint8),
            np.array([True]),
            pa.array([number(1)]),
            pa.array([number(2)]),
            np.array([0.9], np.float32),
            pa.array(["exact"]),
        )
