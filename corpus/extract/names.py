"""What the class and id of an element say of it, by the words that sites and their templates use."""

from __future__ import annotations

import numpy as np

from corpus.extract.names_kernel import EXACT, PREFIX, TOKEN
from corpus.extract.prune_kernel import ALWAYS, COMMENTS, CONTAINER, HARD, SOFT

_PHRASES = {
    COMMENTS: "comment comments comment-list commentlist respond replies disqus",
    HARD: "nav* menu footer share* social* sns cookie* consent* breadcrumb breadcrumbs login searchbox search-box "
    "subscribe* newsletter pager toolbar quick-links skip-link masthead gnb lnb snb headerlink ad ads advert*",
    SOFT: "sidebar related recommend* sponsor* promo* banner* widget* modal* copyright pagination author-box post-meta "
    "most-read popular* trending* =tag =tags =hidden",
    CONTAINER: "article-body articlebody entry-content post-content story-body news-body newsbody view-content "
    "tt-article* contents-style se-main-container dic-area newsct-article article-view",
}


def _table(phrases: dict[int, str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    words: dict[str, list[int]] = {}
    for mask, listed in phrases.items():
        for phrase in listed.split():
            way = PREFIX if phrase.endswith("*") else TOKEN if phrase.startswith("=") else EXACT
            entry = words.setdefault(phrase.strip("*="), [way, 0])
            assert entry[0] == way, phrase
            entry[1] |= mask
    size = 1 << (2 * len(words) - 1).bit_length()
    hashes, ways, masks = np.zeros(size, np.uint64), np.zeros(size, np.int32), np.zeros(size, np.int64)
    for phrase, (way, mask) in words.items():
        code = _fnv(phrase.encode())
        slot = code & (size - 1)
        while hashes[slot]:
            slot = (slot + 1) & (size - 1)
        hashes[slot], ways[slot], masks[slot] = code, way, mask
    return hashes, ways, masks


def _fnv(data: bytes) -> int:
    code = 14695981039346656037
    for byte in data:
        code = (code ^ byte) * 1099511628211 % 2**64
    return code


HASHES, WAYS, MASKS = _table(_PHRASES)
