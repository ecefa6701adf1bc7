"""What changes when the analyzer that guided the merges is not there at use."""

from __future__ import annotations

from pathlib import Path

import pytest

from serializer.bpe import Encoder
from serializer.tokenizer import write
from serializer.tokenizer.fidelity import NOTHING, facts, fidelity
from serializer.tokenizer.merges import learn
from tests.serializer.tokenizer.samples import buffers, counted


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    """Knows 나, 는, 학교, 에 and, wrongly, 나는 as one token."""
    counts = {
        piece.encode(): count for piece, count in (("나는", 50), ("나", 60), ("는", 60), ("학교", 40), ("에", 40))
    }
    path = tmp_path / "tokenizer.json"
    path.write_bytes(write.tokenizer_json(learn(*counted(counts), 400, 2).pairs.tolist()))
    return Encoder(str(path))


def test_a_token_across_a_morpheme_border_is_counted(encoder: Encoder) -> None:
    # At use 나는|' '|학교|에; taught 나|는|' '|학교|에.
    sums = fidelity(buffers(["나는 학교에"]), encoder)
    assert sums == {"tokens": 4, "unchanged": 3, "morpheme_borders": 2, "token_borders": 2, "shared_borders": 1}


def test_shares_are_quotients_of_whole_numbers() -> None:
    sums = {"tokens": 4, "unchanged": 3, "morpheme_borders": 2, "token_borders": 2, "shared_borders": 1}
    assert facts(sums) == {
        **sums,
        "changed_share": 0.25,
        "border_precision": 0.5,
        "border_recall": 0.5,
        "border_f1": 0.5,
    }
    assert facts(NOTHING)["border_f1"] is None


def test_sums_of_batches_are_the_sum_of_the_whole(encoder: Encoder) -> None:
    texts = ["나는 학교에 갔다", "", "네", "TensorFlow 2.0\n나는"]
    apart = [fidelity(buffers([text]), encoder) for text in texts]
    assert fidelity(buffers(texts), encoder) == {name: sum(item[name] for item in apart) for name in NOTHING}
