"""Decoding without a branch: the kernel gives what Python's decoder gives, row by row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpus import utf8_kernel
from corpus.document import TextBuffers, text_buffers

TEXTS = st.lists(st.one_of(st.text(max_size=8), st.text("가힣ㄱé漢😀 a\n", max_size=30)), max_size=4).map("".join)


def decoded(text: TextBuffers) -> list[list[int]]:
    found = text.points
    return [found.points[found.offsets[i] : found.offsets[i + 1]].tolist() for i in range(len(text))]


@given(st.lists(TEXTS, max_size=6))
def test_code_points_are_those_of_python(texts: list[str]) -> None:
    assert decoded(text_buffers(pa.array(texts, pa.string()))) == [[ord(c) for c in text] for text in texts]


def test_a_slice_and_a_text_longer_than_a_chunk_are_decoded() -> None:
    texts = ["앞", None, "가 나다a😀" * utf8_kernel.CHUNK, "끝é"]
    column = pa.array(texts, pa.string()).slice(1)
    assert decoded(text_buffers(column)) == [[ord(c) for c in text or ""] for text in texts[1:]]


@given(st.binary(max_size=20))
def test_bytes_that_are_no_utf_8_stay_below_two_to_the_21(data: bytes) -> None:
    buffers = TextBuffers(np.frombuffer(data or b"\0", np.uint8), np.array([0, len(data)], np.int64))
    assert all(point < 1 << 21 for row in decoded(buffers) for point in row)
