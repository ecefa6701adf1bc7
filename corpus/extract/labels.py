"""Lines that belong to no text: what newsrooms, portals and blogs write above links to other articles and on
their buttons.  A block that says exactly this, whatever its case, spaces and punctuation, is dropped, and so are
the links that follow it."""

from __future__ import annotations

import unicodedata

import numpy as np

_LABELS = """
관련기사 | 관련 뉴스 | 관련글 | 연관기사 | 많이 본 뉴스 | 많이 본 기사 | 많이 읽은 기사 | 인기기사 | 인기뉴스 |
인기글 | 추천기사 | 추천 뉴스 | 추천글 | 최신기사 | 최신뉴스 | 주요뉴스 | 주요기사 | 실시간 뉴스 |
함께 보면 좋은 글 | 함께 볼만한 기사 | 이 기사와 함께 보면 좋은 기사 | 이 시각 주요뉴스 | 오늘의 주요뉴스 |
다른 글 | 같은 카테고리의 다른 글 | 이전글 | 다음글 | 이전기사 | 다음기사 | 목록 | 목록보기 |
이 글을 공유하기 | 이 기사를 공유합니다 | 공유하기 | 공유 | 기사 공유하기 | SNS 공유 | URL 복사 | 링크 복사 |
좋아요 | 공감 | 공감하기 | 댓글 | 댓글쓰기 | 댓글 0 | 구독하기 | 구독 | 신고하기 | 신고 | 인쇄 | 프린트 |
글자크기 | 스크랩 | 저작자표시 | 본문 바로가기 | 메뉴 바로가기 | 기사제보 | 기자의 다른 기사 | 기자 구독 |
related | related articles | related stories | related posts | related news | related content |
related topics | related links | read more | read also | read next | also read | more news | more stories |
more articles | more on this story | more from | most read | most popular | most viewed | trending |
trending now | latest news | popular posts | recommended | recommended for you | you may also like |
you might also like | share | share this | share this article | share on | tweet | print | email |
advertisement | sponsored | sponsored content | previous | next | previous article | next article | comments |
leave a comment | explore further | don't miss | up next | top stories | editors' picks
"""


def _print(label: str) -> int:
    """The same as corpus.extract.choose_kernel.fingerprints."""
    code = 14695981039346656037
    for byte in label.lower().encode():
        if byte >= 0x80 or chr(byte).isalnum():
            code = (code ^ byte) * 1099511628211 % 2**64
    return code


_SPOKEN = [" ".join(label.split()) for label in _LABELS.split("|")]
PRINTS = np.array(
    sorted({_print(unicodedata.normalize(form, label)) for label in _SPOKEN for form in ("NFC", "NFD")}), np.uint64
)
