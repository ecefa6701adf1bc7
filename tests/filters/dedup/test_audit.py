"""The audit: its sketches are the plain definition's, its index misses nothing that it need not, and no more."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import text_buffers
from filters.dedup import audit
from filters.dedup.audit import Index, bands, expected, found_share, limited, sample_rows, set_limit, sketches
from filters.dedup.config import DedupConfig
from filters.dedup.signature import permutations
from tests.oracles import dedup as oracle

CONFIG = DedupConfig()
SEED = 0x6D616C6D6F690003


def hangul(rng: np.random.Generator, size: int) -> str:
    return "".join(map(chr, rng.integers(0xAC00, 0xD7A4, size)))


def family(rng: np.random.Generator, size: int = 240) -> list[str]:
    """A text and copies with ever more syllables replaced: J from 1 down to about .4, and one spaced otherwise."""
    text = hangul(rng, size)
    copies = [text, " ".join(text)]
    for changes in (1, 2, 3, 4, 5, 6, 8, 12):
        letters = list(text)
        for place in rng.choice(size, changes, replace=False):
            letters[place] = chr(rng.integers(0xAC00, 0xD7A4))
        copies.append("".join(letters))
    return copies


def ids(count: int) -> pa.Array:
    return pa.array([number.to_bytes(16, "big") for number in range(count)], pa.binary())


def index(texts: list[str], config: DedupConfig = CONFIG) -> Index:
    sources = pa.array(["하루"] * len(texts))
    rows = sample_rows(ids(len(texts)), sources, text_buffers(pa.array(texts, pa.string())), config.jaccard)
    return Index(pa.Table.from_batches([rows]), config)


@given(st.lists(st.text(alphabet="가나다라ㅋㅠ \n\u3000aZ漢👩\u200d", max_size=60), max_size=6))
def test_sketches_equal_the_oracle(texts: list[str]) -> None:
    found = sketches(text_buffers(pa.array(texts, pa.string())), 16)
    for text, signed, lanes, keys in zip(texts, *found, strict=True):
        assert signed == (len(oracle.shingles(text)) >= 5)
        assert [int(lane) for lane in lanes if signed] == oracle.lanes(text, 64, SEED)
        assert [int(key) for key in keys if signed] == oracle.bands(text, 16, 4, SEED)


def test_golden_values() -> None:
    """The audit of an old run can be repeated: its permutations never change."""
    found = sketches(text_buffers(pa.array(["말모이는 우리말을 모으는 일이고, 모은 말은 다시 사람에게 돌아간다."])), 16)
    assert [f"{int(lane):08x}" for lane in found.lanes[0, :4]] == ["02c49cd7", "00c94c48", "0851910e", "03fac342"]


def test_its_permutations_are_none_of_those_of_signatures() -> None:
    ours, theirs = permutations(64, SEED), permutations(112)
    assert not set(ours[0].tolist()) & set(theirs[0].tolist())


@pytest.mark.parametrize(("jaccard", "count"), [(0.5, 108), (0.7, 26), (0.8, 16), (0.95, 16), (1.0, 16), (0.3, 128)])
def test_bands_find_all_but_one_in_a_thousand_at_the_threshold(jaccard: float, count: int) -> None:
    assert bands(jaccard) == count
    assert found_share(jaccard, count, 4) >= 0.999 or count == 128


def test_the_curves_are_those_of_the_documentation() -> None:
    assert round(found_share(0.8, 16, 4), 6) == 0.999782
    assert round(found_share(0.8, 14, 8), 6) == 0.923548


def test_twins_are_those_of_the_plain_definition() -> None:
    """Every pair of 12 families at J of .8 or more, either way round, and no other: .9998 is all of 400."""
    rng = np.random.default_rng(4)
    texts = [text for _ in range(12) for text in family(rng)] + ["네", "짧은 글", ""]
    wanted = {}
    for x, y in combinations(range(len(texts)), 2):
        value = oracle.jaccard(texts[x], texts[y])
        if value >= 0.8:
            wanted[x, y] = wanted[y, x] = value
    known = index(texts)
    found = known.twins(ids(len(texts)), text_buffers(pa.array(texts)))
    assert {(x, y): round(value, 9) for x, y, value in found.pairs} == {
        pair: round(value, 9) for pair, value in wanted.items()
    }
    assert len(wanted) >= 300
    assert found.signed == len(texts) - 3
    assert found.candidates >= len(wanted)


def test_korean_spacing_and_line_ends_hide_no_twin() -> None:
    text = hangul(np.random.default_rng(5), 90)
    spaced = "\n".join(text[place : place + 3] for place in range(0, 90, 3))
    pairs = index([text]).twins(ids(2).slice(1), text_buffers(pa.array([spaced]))).pairs
    assert pairs == [(0, 0, 1.0)]


def test_a_document_is_no_twin_of_itself() -> None:
    texts = family(np.random.default_rng(6))[:1]
    assert index(texts).twins(ids(1), text_buffers(pa.array(texts))).pairs == []


def test_only_documents_that_share_a_band_are_looked_up_and_none_that_the_index_would_name_is_left_out() -> None:
    """Every document asked of the index directly names what the audit compared, with the lookup before it."""
    rng = np.random.default_rng(7)
    sample = [text for _ in range(6) for text in family(rng)]
    others = [text for _ in range(6) for text in family(rng)] + sample
    known = index(sample)
    found = sketches(text_buffers(pa.array(others)), known.bands)
    met = known._met(found.keys)
    answers = [known.index.query(audit._minhash(lanes)) for lanes in found.lanes]
    assert [bool(answer) for answer in answers] == met.tolist()
    assert 0 < met.sum() < len(others)


def test_the_index_agrees_with_datasketch_hashing_by_itself() -> None:
    """Lanes of our kernel against datasketch's own of the same shingles: the same recall at the same bands."""
    rng = np.random.default_rng(8)
    pairs = [(texts[0], texts[n % 5 + 4]) for n, texts in enumerate(family(rng, 90) for _ in range(150))]
    theirs = MinHashLSH(num_perm=64, params=(16, 4))
    for number, (text, _) in enumerate(pairs):
        theirs.insert(number, sketched(text))
    hits = sum(number in theirs.query(sketched(copy)) for number, (_, copy) in enumerate(pairs))
    ours = index([text for text, _ in pairs])
    found = sketches(text_buffers(pa.array([copy for _, copy in pairs])), 16)
    own = sum(n in ours.index.query(audit._minhash(lanes)) for n, lanes in enumerate(found.lanes))
    chance = [found_share(oracle.jaccard(*pair), 16, 4) for pair in pairs]
    error = 3 * np.sqrt(sum(share * (1 - share) for share in chance))
    assert abs(own - sum(chance)) <= error and abs(hits - sum(chance)) <= error
    assert 60 < sum(chance) < 149


def sketched(text: str) -> MinHash:
    sketch = MinHash(num_perm=64, seed=3)
    sketch.update_batch([shingle.encode() for shingle in set(oracle.shingles(text))])
    return sketch


def test_expected_misses_follow_the_band_curve() -> None:
    """100 pairs found at .805, where 14 bands of 8 find .9339: 2 * 100 * .0661 / .9339 ends are missed."""
    assert round(expected([100, 0], [0.80, 0.99], CONFIG), 3) == 14.163
    assert expected([0, 0], [0.80, 0.99], CONFIG) == 0
    assert round(expected([100], [0.8], DedupConfig(bands=1)), 1) == round(200 * (1 - 0.9**8) / 0.9**8, 1)


def test_large_sets_are_thinned_alike_until_all_fit() -> None:
    assert set_limit([1000] * 2000) == 65_536
    assert set_limit([70_000] * 2000) == 4096  # 8.2 million; 8,192 would be 16.4
    rng = np.random.default_rng(9)
    text = hangul(rng, 5000)
    copy = text[:4700] + hangul(rng, 300)
    rows = sample_rows(ids(1), pa.array(["책"]), text_buffers(pa.array([text])), 0.8)
    few = limited(pa.Table.from_batches([rows]), 1024)
    assert len(few.column("hashes")[0].as_py()) // 8 <= 1024
    (_, _, value), *_ = Index(few, CONFIG).twins(ids(2).slice(1), text_buffers(pa.array([copy]))).pairs
    assert abs(value - oracle.jaccard(text, copy)) <= 3 * (0.25 / 512) ** 0.5
    assert value < 1


def test_an_empty_sample_has_no_twin() -> None:
    assert index([]).twins(ids(1), text_buffers(pa.array(["말모이는 우리말을 모으는 일이다"]))).pairs == []
    assert index(["네"]).twins(ids(2).slice(1), text_buffers(pa.array(["네"]))).pairs == []
