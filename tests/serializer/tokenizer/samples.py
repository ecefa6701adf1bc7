"""Texts that break tokenizers, a learned tokenizer of Korean, and strategies for Hypothesis."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from corpus.document import TextBuffers, text_buffers
from serializer.tokenizer import write
from serializer.tokenizer.merges import learn
from serializer.tokenizer.pretokenizer import pieces
from tests import chain

HARD = (
    "",
    "가",
    " ",
    "\n",
    " \n ",
    "\r\n\r\n",
    "  앞에 두 칸, 뒤에 세 칸   ",
    "\t들여쓰기\t\t두 번",
    "\u3000전각 칸\u00a0줄바꿈 없는 칸\u2028줄 나눔",
    unicodedata.normalize("NFD", "첫가끝으로 푼 한글과 é"),
    "옛글 ᄒᆞᆫ글 나랏〮말〯ᄊᆞ미",
    "ㅋㅋㅋㅋㅋㅋㅋㅋ ㅠㅠㅠ ㄱㅅ",
    "반각 ﾡﾢﾣ 전각 ＡＢＣ １２３４",
    "👨‍👩‍👧‍👦 가족 🇰🇷 태극기 👍🏽 ❤️",
    "漢字와 かな와 カタカナ々〇〆",
    "12345678원 3.14159 2026년10월1일",
    "SK텔레콤이 LG전자와 AI를",
    "제어\x00문자\x01\x1b[31m와\x7f\x85",
    "<|endoftext|> 글 속의 <|endoftext|>\n<|endoftext|>",
    "\ue000사용자 영역\ue000",
    "------====****____",
    "Привет Ελλάδα مرحبا สวัสดี",
    "각́̂ e\u0323\u0301 \u0344",
    "\uffff\U0010ffff\ufeff끝",
    "가" * 5000,
    "= " * 2000,
)

# Marks of masks, and what is nearly one.
MASKED = (
    "문의는 010-****-**** 이나 ****@example.kr 로 주세요.",
    "****-****",
    "****@",
    "****-****-****",
    "*****@",
    "****-****@",
    "****-*********@****-****",
    "****-***",
    "****-",
    "가****@나 ****-**** \n  ****@  ****-****",
)

# Few letters, so that classes meet in every order; and all of Unicode but surrogates.
MEETING = st.text(
    st.sampled_from("가힣각ㅋᄀ漢字ひカabZéя019٣ \t\n\r\u3000\u00a0.,!<|>_👍\u200d🇰\ufe0f\x00\u0301"), max_size=60
)
ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


# The same, and what stands beside them.
MARKED = st.lists(
    st.sampled_from(
        ("****-****", "****@", "*", "****", "-", "@", "010-", "naver.com", "가", "é", "漢", "👍", " ", "\n")
    )
    | st.text(max_size=3),
    max_size=25,
).map("".join)


def buffers(texts: list[str]) -> TextBuffers:
    return text_buffers(pa.array(texts, pa.string()))


def counted(counts: Mapping[bytes, int]) -> tuple[TextBuffers, np.ndarray]:
    ordered = sorted(counts)
    return text_buffers(pa.array(ordered, pa.binary())), np.array([counts[piece] for piece in ordered], np.int64)


def korean(documents: int = 60) -> list[str]:
    return [chain.text(number, 12) for number in range(documents)]


def trained(path: Path, size: int = 900) -> Path:
    """tokenizer.json of ours from a small Korean text, English and digits, and rules of stars."""
    texts = [*korean(), "the end of 2026 and 100 more ", "***** ****- -**** @****", "***** ****- -**** @****"]
    counts = Counter(piece.encode() for text in texts for piece in pieces(text))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write.tokenizer_json(learn(*counted(counts), size, 2).pairs.tolist()))
    return path
