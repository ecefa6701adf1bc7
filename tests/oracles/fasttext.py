"""fastText scoring written out: features as the library's dictionary makes them, sums in float32 one by one."""

from __future__ import annotations

import math

import numpy as np

from filters.language.fasttext_file import HIERARCHICAL, LABEL, SOFTMAX, ModelFile, Quantised

SPACES = b" \t\n\v\f\r\0"
END = b"</s>"


def fnv(data: bytes) -> int:
    state = 2166136261
    for byte in data:
        signed = byte if byte < 128 else byte | 0xFFFFFF00
        state = ((state ^ signed) * 16777619) & 0xFFFFFFFF
    return state


def tokens(text: str) -> list[bytes]:
    data = text.encode()
    for space in SPACES:
        data = data.replace(bytes([space]), b" ")
    found = [token for token in data.split(b" ") if token]
    return [*found[: found.index(END)], END] if END in found else [*found, END]


_TABLES: dict[int, tuple[ModelFile, dict[bytes, int], set[bytes], dict[int, int] | None]] = {}


def tables(file: ModelFile) -> tuple[dict[bytes, int], set[bytes], dict[int, int] | None]:
    """Words, labels and kept buckets by name; made once a file, which is held so that its id stays its own."""
    if id(file) not in _TABLES:
        words = {word: place for place, word in enumerate(file.words)}
        labels = {(LABEL + label).encode() for label in file.labels}
        _TABLES[id(file)] = (file, words, labels, None if file.pruned is None else dict(file.pruned.tolist()))
    return _TABLES[id(file)][1:]


def rows(file: ModelFile, text: str) -> list[int]:
    """Rows of the input, in the library's order."""
    words, labels, kept = tables(file)
    found: list[int] = []
    hashes: list[int] = []

    def push(bucket: int) -> None:
        if kept is None:
            found.append(len(words) + bucket)
        elif bucket in kept:
            found.append(len(words) + kept[bucket])

    for token in tokens(text):
        if token in labels or (token not in words and token.startswith(LABEL.encode())):
            continue
        hashes.append(fnv(token))
        if token in words:
            found.append(words[token])
        if token == END or not file.longest:
            continue
        characters = f"<{token.decode()}>"
        for first in range(len(characters)):
            for size in range(max(file.shortest, 1), file.longest + 1):
                last = first + size
                if last <= len(characters) and not (size == 1 and (first == 0 or last == len(characters))):
                    push(fnv(characters[first:last].encode()) % file.bucket)
    for place, one in enumerate(hashes if file.word_ngrams > 1 else []):
        state = one if one < 1 << 31 else one - (1 << 32)
        for other in hashes[place + 1 : place + file.word_ngrams]:
            state = state * 116049371 + (other if other < 1 << 31 else other - (1 << 32))
            push((state % (1 << 64)) % file.bucket)
    return found


def scores(file: ModelFile, text: str) -> np.ndarray:
    """float32, one a label."""
    source = file.input.rows() if isinstance(file.input, Quantised) else file.input
    output = file.output.rows() if isinstance(file.output, Quantised) else file.output
    found = rows(file, text)
    if not found:
        return np.zeros(len(file.labels), np.float32)
    hidden = np.zeros(file.dimension, np.float32)
    for row in found:
        hidden += source[row]
    hidden *= np.float32(1 / len(found))
    sums = np.zeros(len(file.labels), np.float32)
    for place in range(file.dimension):
        sums += output[:, place] * hidden[place]
    if file.loss == HIERARCHICAL:
        return descended(file, sums)
    if file.loss == SOFTMAX:
        powers = np.exp(sums - sums.max())
        total = np.float32(0)
        for power in powers:
            total += power
        return np.array([math.exp(_log(power / total)) for power in powers], np.float32)
    cells = np.clip(np.floor((sums + 8) * 32), 0, 512)
    shares = np.where(sums < -8, 0, np.where(sums > 8, 1, 1 / (1 + np.exp(8 - cells / 32))))
    return np.array([math.exp(_log(np.float32(share))) for share in shares], np.float32)


def descended(file: ModelFile, sums: np.ndarray) -> np.ndarray:
    """The tree of the label counts, walked from its root; ``sums[i]`` belongs to inner node i."""
    size = len(file.labels)
    weights = [*file.label_counts.tolist(), *[10**15] * (size - 1)]
    children: dict[int, list[int]] = {}
    leaf, node = size - 1, size
    for inner in range(size, 2 * size - 1):
        children[inner] = []
        for _ in range(2):
            if leaf >= 0 and weights[leaf] < weights[node]:
                children[inner].append(leaf)
                leaf -= 1
            else:
                children[inner].append(node)
                node += 1
        weights[inner] = sum(weights[child] for child in children[inner])
    found = np.zeros(size, np.float32)
    waiting = [(2 * size - 2, np.float32(0))]
    while waiting:
        node, total = waiting.pop()
        if total < _log(np.float32(0)):
            continue
        if node < size:
            found[node] = np.exp(total)
            continue
        share = np.float32(1 / float(np.float32(1) + np.exp(-sums[node - size])))
        left, right = children[node]
        waiting += [(left, total + _log(np.float32(1 - float(share)))), (right, total + _log(share))]
    return found


def _log(value: np.float32) -> np.float32:
    return np.float32(math.log(float(value) + 1e-5))
