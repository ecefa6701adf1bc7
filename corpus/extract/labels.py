"""Lines that belong to no text: what newsrooms, portals and blogs write above links to other articles, on their
buttons and below their pictures."""

from __future__ import annotations

import unicodedata

import numpy as np

from corpus.extract.prints_kernel import CLOSED, EQUALS, OWNED, WORDS

# A block that says exactly this, whatever its case, spaces and punctuation, is dropped, and so are the links that
# follow it.
_LABELS = """
관련기사 | 관련 뉴스 | 관련글 | 연관기사 | 많이 본 뉴스 | 많이 본 기사 | 많이 읽은 기사 | 인기기사 | 인기뉴스 |
인기글 | 추천기사 | 추천 뉴스 | 추천글 | 최신기사 | 최신뉴스 | 주요뉴스 | 주요기사 | 실시간 뉴스 | 핫이슈 |
오늘의 핫뉴스 | 함께 보면 좋은 글 | 함께 볼만한 기사 | 이 기사와 함께 보면 좋은 기사 | 이 시각 주요뉴스 |
오늘의 주요뉴스 | 함께 읽으면 좋은 글 | 다른 글 | 같은 카테고리의 다른 글 | 이전글 | 다음글 | 이전기사 | 다음기사 |
목록 | 목록보기 | 기사 더보기 | 이 글을 공유하기 | 이 기사를 공유합니다 | 공유하기 | 공유 | 기사 공유하기 | SNS 공유 |
URL 복사 | 링크 복사 | 좋아요 | 공감 | 공감하기 | 댓글 | 댓글쓰기 | 댓글 0 | 구독하기 | 구독 | 신고하기 | 신고 |
인쇄 | 프린트 | 글자크기 | 스크랩 | 저작자표시 | 본문 바로가기 | 메뉴 바로가기 | 기사제보 | 기자의 다른 기사 |
기자 구독 | 기사 추천 | related | related articles | related stories | related posts | related news |
related content | related topics | related links | read more | read also | read next | also read | more news |
more stories | more articles | more on this story | more from | most read | most popular | most viewed | trending |
trending now | trending news | latest news | popular posts | recommended | recommended for you | you may also like |
you might also like | share | share this | share this article | share on | tweet | print | email | advertisement |
sponsored | sponsored content | previous | next | previous article | next article | comments | leave a comment |
explore further | don't miss | up next | top stories | editors' picks | more like this | verwandte links |
verwandte themen | verwandte artikel | weitere themen | weitere artikel | weitere meldungen |
weitere informationen zum thema | mehr zum thema | weiterlesen | lesen sie auch | lesen sie mehr |
das könnte sie auch interessieren | das könnte dich auch interessieren | ähnliche artikel | ähnliche beiträge |
artikel teilen | artikel bewerten | teilen | drucken | meistgelesen | anzeige | werbung | kommentare | zum thema |
auch interessant | vorheriger artikel | nächster artikel | à lire aussi | lire aussi | à lire également |
articles liés | sur le même sujet | les plus lus | partager | publicité | commentaires | le puede interesar |
te puede interesar | lea también | lee también | ver también | noticias relacionadas | artículos relacionados |
más noticias | lo más leído | compartir | publicidad | comentarios | leia também | leia mais | veja também |
notícias relacionadas | mais lidas | compartilhar | publicidade | comentários | leggi anche | articoli correlati |
condividi | pubblicità | commenti | lees ook | lees verder | gerelateerde artikelen | czytaj także | czytaj też |
zobacz też | zobacz także | читайте также | другие новости | 関連記事 | あわせて読みたい | 人気記事 | おすすめ記事 |
この記事をシェア | 広告 | 相关文章 | 相关阅读 | 相关新闻 | 推荐阅读 | 延伸閱讀
"""
# A paragraph that holds a link and begins so, before a colon, bar or closing bracket, is dropped,
_HEADS = """
관련기사 | 관련 뉴스 | 관련글 | 연관기사 | 바로가기 | 기사 바로가기 | 함께 보면 좋은 글 | 이전글 | 다음글 | 이전기사 |
다음기사 | 추천기사 | related | related article | related story | related stories | read more | read also |
read next | also read | see also our | more | don't miss | watch | must read | lesen sie auch | lesen sie mehr |
mehr zum thema | auch interessant | weiterlesen | lies auch | à lire aussi | lire aussi | à lire également | à lire |
lire également | le puede interesar | te puede interesar | puede interesarle | lea también | lea además | lee también |
leia também | leia mais | veja também | leggi anche | lees ook | czytaj także | czytaj też | zobacz też |
читайте также
"""
# or by these two words.
_CALLS = "subscribe to | subscribe now | subscribe here"
# Who made a picture: a short paragraph or caption that begins so, before a colon, bar or equals sign,
_CREDITS = """
사진 제공 | 사진 출처 | 자료사진 | 사진 촬영 | 이미지 출처 | 이미지 제공 | photo | photos | photo credit |
photographer |
image credit | image credits | image source | credit | foto | fotos | bildquelle | bildnachweis | fotocredit |
crédit photo | crédits photo
"""
# before an equals sign only, since forms and lists of parts name pictures and graphics with a colon,
_EQUAL_CREDITS = "사진 | 그래픽 | 일러스트 | 삽화 | 영상"
# or by these two words.
_MAKERS = """
photo by | photos by | photo courtesy | photograph by | photographs by | image by | images by | picture by |
illustration by | courtesy of | foto von
"""


def _print(label: str) -> int:
    """The same as corpus.extract.prints_kernel.fingerprints."""
    code = 14695981039346656037
    for letter in label:
        for byte in letter.encode() if letter.isalnum() or unicodedata.category(letter) == "Mn" else b"":
            code = (code ^ (byte | 0x20 if 0x41 <= byte <= 0x5A else byte)) * 1099511628211 % 2**64
    return code


def _prints(labels: str, end: int = CLOSED) -> set[int]:
    spoken = [" ".join(label.split()) for label in labels.split("|")]
    cased = {case for label in spoken for case in (label, label.upper(), label.capitalize())}
    written = {unicodedata.normalize(form, label) for label in cased for form in ("NFC", "NFD")}
    return {_print(label) + end for label in written}


def _sorted(*tables: set[int]) -> np.ndarray:
    return np.array(sorted(set().union(*tables)), np.uint64)


PRINTS = _sorted(_prints(_LABELS))
HEADS = _sorted(_prints(_HEADS), _prints(_CALLS, WORDS))
CREDITS = _sorted(
    _prints(_CREDITS), _prints(_CREDITS, EQUALS), _prints(_EQUAL_CREDITS, EQUALS), _prints(_MAKERS, WORDS), {int(OWNED)}
)
