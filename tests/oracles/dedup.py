"""The slow, obvious twins of filters/dedup: what signatures, pairs and the election are defined to be."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import xxhash

MASK = (1 << 64) - 1
SEEDS = (0x6D616C6D6F690001, 0x6D616C6D6F690002)


def squeeze(text: str) -> str:
    return "".join(c for c in text if not c.isspace())


def fold(text: str) -> str:
    kept = []
    for c in text:
        variation = 0xFE00 <= ord(c) <= 0xFE0F or ord(c) >= 0x40000
        if not c.isspace() and unicodedata.category(c)[0] in "LMN" and not variation:
            kept.append(c.lower() if len(c.lower()) == 1 else c)
    return "".join(kept)


def digest(text: str) -> bytes:
    return b"".join(xxhash.xxh64(text.encode("utf-32-le"), seed).digest() for seed in SEEDS)


def squeezed_digest(text: str) -> bytes:
    return digest(squeeze(text))


def folded_digest(text: str) -> bytes:
    folded = fold(text)
    return digest(folded) if folded else bytes(16)


def shingles(text: str) -> list[str]:
    dense = squeeze(text)
    return [dense[i : i + 5] for i in range(len(dense) - 4)]


def jaccard(x: str, y: str) -> float:
    a, b = set(shingles(x)), set(shingles(y))
    return len(a & b) / len(a | b) if a | b else 0.0


def finalised(h: int) -> int:
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD & MASK
    h ^= h >> 33
    h = h * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ h >> 33


def shingle_hash(shingle: str) -> int:
    c = [ord(character) for character in shingle]
    left = c[0] | c[1] << 21 | c[2] << 42
    right = c[3] | c[4] << 21
    return finalised((left * 0x9FB21C651E98DF25 + right * 0xD6E8FEB86659FD93) & MASK)


def permutations(lanes: int, start: int = 0) -> list[tuple[int, int]]:
    state, drawn = start, []
    for _ in range(2 * lanes):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        drawn.append((z ^ z >> 31) >> 32)
    return [(factor | 1, term) for factor, term in zip(drawn[0::2], drawn[1::2], strict=True)]


def lanes(text: str, count: int = 112, start: int = 0) -> list[int]:
    """32-bit minima; empty below five shingles."""
    hashes = [shingle_hash(s) >> 32 for s in set(shingles(text))]
    if len(shingles(text)) < 5:
        return []
    return [min((f * x + t) & 0xFFFFFFFF for x in hashes) for f, t in permutations(count, start)]


def bands(text: str, count: int = 14, per_band: int = 8, start: int = 0) -> list[int]:
    minima = lanes(text, count * per_band, start)
    keys = []
    for band in range(count if minima else 0):
        h = finalised((band + 1) * 0x9FB21C651E98DF25 & MASK)
        for lane in minima[band * per_band : (band + 1) * per_band]:
            h = finalised(h ^ lane) * 0xD6E8FEB86659FD93 & MASK
        keys.append(finalised(h))
    return keys


def candidates(
    documents: Mapping[bytes, str], ranks: Mapping[bytes, bytes], comparisons: int = 64
) -> tuple[set[tuple[bytes, bytes]], int]:
    """All candidate pairs of a set of documents, and the comparisons skipped."""
    buckets: dict[object, list[bytes]] = {}
    best: dict[str, bytes] = {}  # squeezed text -> best-ranked id
    for id_, text in documents.items():
        dense = squeeze(text)
        if dense not in best or ranks[id_] < ranks[best[dense]]:
            best[dense] = id_
    for id_ in best.values():
        text = documents[id_]
        for number, key in enumerate(bands(text)):
            buckets.setdefault((number, key), []).append(id_)
        if fold(text):
            buckets.setdefault(fold(text), []).append(id_)
    pairs, skipped = set(), 0
    for members in buckets.values():
        members.sort(key=lambda id_: ranks[id_])
        for i, j in combinations(range(len(members)), 2):
            if i < comparisons:
                pairs.add((min(members[i], members[j]), max(members[i], members[j])))
            else:
                skipped += 1
    return pairs, skipped


def elect(
    classes: Mapping[bytes, bytes],
    ranks: Mapping[bytes, bytes],
    eligible: Iterable[bytes],
    pairs: Sequence[tuple[bytes, bytes, str]],
) -> dict[bytes, tuple[str, bytes]]:
    """{id: (fate, kept id)} of the eligible documents, fate kept, dedup.exact or dedup.near."""
    members: dict[bytes, list[bytes]] = {}
    for id_ in eligible:
        members.setdefault(classes[id_], []).append(id_)
    for group in members.values():
        group.sort(key=lambda id_: ranks[id_])
    near: dict[bytes, dict[bytes, str]] = {}
    for a, b, how in pairs:
        x, y = classes[a], classes[b]
        if x != y:
            near.setdefault(x, {})[y] = how
            near.setdefault(y, {})[x] = how
    kept: list[bytes] = []
    answer: dict[bytes, tuple[str, bytes]] = {}
    for class_ in sorted(members, key=lambda c: ranks[members[c][0]]):
        twins = [other for other in kept if other in near.get(class_, {})]  # kept is in order of rank
        if twins:
            reason = "dedup.exact" if near[class_][twins[0]] == "folded" else "dedup.near"
            for id_ in members[class_]:
                answer[id_] = (reason, members[twins[0]][0])
            continue
        kept.append(class_)
        best, *others = members[class_]
        answer[best] = ("kept", best)
        for id_ in others:
            answer[id_] = ("dedup.exact", best)
    return answer
