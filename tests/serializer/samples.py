"""Small mixed parts and tokenizers for tests of shards: Hangul in every form, emoji, empty, huge."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

from corpus.identity import document_id, text_digest
from corpus.manifest import Part
from corpus.table import PartWriter
from mixer.mixed import MIXED
from serializer.bpe import Encoder
from serializer.tokenizer import alphabet
from serializer.tokenizer.write import FIRST_BYTE_ID, FIRST_MERGE_ID, tokenizer_json

TEXTS = (
    "안녕하세요. 오늘은 말뭉치를 만듭니다.",
    "",
    "가",
    unicodedata.normalize("NFD", "한글은 첫가끝으로도 적는다."),
    "이모지 👩‍👩‍👧‍👦🇰🇷 가족과 태극기",
    "문서 안의 <|endoftext|> 는 글자일 뿐이다.",
    "\t줄\r\n바꿈\u2028과 탭\x0b",
    "띄어쓰기 없는한국어문장도있다 ㅋㅋㅋ ㅠㅠ 12,345원",
    "English and 日本語 mixed 섞은 글",
    "문의는 010-****-**** 이나 ****@example.kr 로 주세요.",
)


def train(path: Path, size: int = 400) -> Path:
    """A byte-level BPE tokenizer.json by ``tokenizers``, end-of-document id 0."""
    made = tokenizers.Tokenizer(models.BPE())
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator([text for text in TEXTS if "<|" not in text] * 20, trainer)
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(path))
    return path


def own(path: Path) -> Path:
    """A tokenizer.json in malmoi's own pipeline, which its kernel runs: every syllable of TEXTS merges."""
    byte_id = {byte: FIRST_BYTE_ID + number for number, byte in enumerate(alphabet.ORDER)}
    merges: dict[tuple[int, int], int] = {}
    for syllable in sorted({character for text in TEXTS for character in text if "가" <= character <= "힣"}):
        first, second, third = (byte_id[byte] for byte in syllable.encode())
        middle = merges.setdefault((first, second), FIRST_MERGE_ID + len(merges))
        merges.setdefault((middle, third), FIRST_MERGE_ID + len(merges))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tokenizer_json(list(merges)))
    return path


def mixed_part(run: str, name: str, texts: Sequence[str], tokenizer: Path, source: str = "blog") -> Part:
    """A file of mix: these texts in this order, with true token counts."""
    lengths = Encoder(str(tokenizer)).lengths(texts)
    keys = [f"{name}/{number}" for number in range(len(texts))]
    batch = pa.RecordBatch.from_pydict(
        {
            "id": [document_id(source, key) for key in keys],
            "copy": [0] * len(texts),
            "order": [number.to_bytes(8, "big") for number in range(len(texts))],
            "kind": ["blog"] * len(texts),
            "source": [source] * len(texts),
            "url": [f"https://example.com/{key}" for key in keys],
            "title": ["제목"] * len(texts),
            "license": ["CC-BY-4.0"] * len(texts),
            "rights_basis": ["license"] * len(texts),
            "rights_evidence": ["https://example.com/이용약관"] * len(texts),
            "text": list(texts),
            "text_digest": [text_digest(text) for text in texts],
            "tokens": [length + 1 for length in lengths],
        },
        schema=MIXED,
    )
    with PartWriter(run, name, MIXED, without=("text",)) as writer:
        writer.write(batch)
    return writer.done()
