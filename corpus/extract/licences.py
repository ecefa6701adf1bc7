"""Licence marks of a page: KOGL (공공누리) types, Creative Commons, and what it asks of machines.

A mark counts only where the page gives it to itself: by a label that says nothing else, by a picture or link of
KOGL's, by a sentence about "this work" that grants, by rel=license, a licence field of its metadata or the licence
box of a blog.  Articles also name licences, deny them, and link to those of pictures that they show; a licence that
is missed costs a document, one that is wrongly granted breaks a right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from html import unescape

_CC = re.compile(
    r"creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)(?:/([a-z]{2})\b)?|publicdomain/(zero|mark)/(\d\.\d))",
    re.IGNORECASE,
)
_CC_LETTERS = re.compile(r"\bCC[ -]?BY((?:[ -]?(?:NC|ND|SA)\b){0,2})(?:[ -]?v?(\d\.\d))?(?:[ -]?(KR)\b)?")
_CC_NAME = re.compile(r"크리에이티브\s*[커코]먼[즈스]")
_BY = re.compile(r"저작자\s*(?:표시|명시)|저작권자\s*표시")

_KOGL_LINKS = {"by": "1", "nc": "2", "nd": "3", "all": "4", "ncnd": "4", "zero": "0", "ai": "AI"}
_KOGL = re.compile(
    r"kogl\.or\.kr/[\w/.]{0,64}?license_info/(?P<link>by|nc|nd|ncnd|all|zero|ai)\.do"
    r"|kogl\.or\.kr/[\w/.]{0,64}?license(?:Type0?|\.do#0?)(?P<page>[0-4])(?!\d)"
    r"|(?:opentype|opencode|open_type|kogl_?type|codetype|img_?type)_?0?(?P<image>[0-4])(?!\d)",
    re.IGNORECASE,
)
_SAID = re.compile(rb' (?:alt|title)="([^"]*)"')
_NURI = "공공누리"
_TYPE = re.compile(r"(?<!\d)([0-4ⅠⅡⅢⅣ]|AI)\s*-?\s*유형", re.IGNORECASE)
_ROMAN = {"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3", "Ⅳ": "4"}
_SOURCE = re.compile(r"출처\s*표시")
_BOTH = re.compile(r"상업적?\s*[,·ㆍ/및]?\s*비\s?상업적?")  # "for commercial and other use" restricts nothing
_NO_TRADE = re.compile(r"비\s?(?:상업|영리)|(?:상업|영리)[가-힣\s]{0,6}(?:금지|불가)")
_NO_CHANGE = re.compile(r"(?:변경|변형|2차적?\s?저작물?)[가-힣\s]{0,6}(?:금지|불가)")
_RESTRICTED = {"1": "", "2": "n", "3": "d", "4": "nd", "0": "", "AI": "nd"}
# What a label of KOGL's consists of; two letters beside it are particles.
_LABEL = re.compile(
    r"공공누리|공공저작물|자유|허락|출처|표시|비?\s?(?:상업|영리)[적용]?|변경|변형|2차적|저작물|작성|이용|사용|금지|불가|가능|"
    r"조건|유형|제|마크|로고|이미지|아이콘|라이[선센]스|저작권|정책|안내|바로\s*가기|새\s*창(?:으로)?|열기|열림|자세히|보기|"
    r"에\s*따라|[하할]|하실|수\s*있(?:습니다|음)|으로|개방|적용|됩니다|입니다|또는|등|및|kogl|open|type|AI|[ⅠⅡⅢⅣ]|[\W\d_]+",
    re.IGNORECASE,
)
_PARTICLES = 2
# A sentence speaks of the page itself and grants; one that denies, or tells of another's work, does not.
_OWN = re.compile(
    r"(?<![가-힣])(?:이|본|우리)\s?(?:공공\s?)?(?:저작물|게시[물글]|글|블로그|웹?사이트|누리집|홈페이지|페이지|포스트|위키|문서|"
    r"[콘컨]텐츠)(?!에서|에는|에선)|(?<![가-힣])모든\s?(?:문서|[콘컨]텐츠|저작물|글)"
)
_OWN_WORK = re.compile(
    r"(?<![가-힣])(?:이|본|우리)\s?(?:자료|보고서|보도자료|간행물|책자|데이터)|"
    r"창작한\s[^.]{0,80}저작물[은이을]"  # as KOGL words it: "OO가 창작한 … 저작물은"
)
_GRANTS = re.compile(  # as predicates: 이용할 수 있는, 있다면 and 적용한다고 tell of something else
    r"[할실]\s?수\s?있(?:습니다|으며|으나|어요|(?:다|음)(?![가-힣]))|(?:이용|사용)\s?가능(?!한)|유형\s?(?:입니다|이며|(?:이다|임)(?![가-힣]))|"
    r"따(?:릅니다|르며|른다(?![가-힣]))|(?:적용|공개|배포|개방|제공|허락|표시)\s?"
    r"(?:됩니다|되며|되어\s?있|되고|합니다|하며|하고|(?:된다|됨|한다|함)(?![가-힣]))"
)
_ELSEWHERE = re.compile(r"(?:이용|활용|인용)(?:하였|했)|사진|이미지|그림|영상|음악|글꼴|소개|설명")
_REFUSES = re.compile(r"않|아니|아닌|아님|아닙|수\s?없|미적용|불허|제외|예외|일부|못\s?[하합]|금지|불가")
_SENTENCES = re.compile(r"(?<=[.!?。])\s+|\n")
_WISHES = {"noai": "noai", "noimageai": "noimageai", "noindex": "noindex", "none": "noindex", "nosnippet": "nosnippet"}


def creative_commons(link: str) -> str | None:
    """CC-BY-NC-4.0, CC-BY-SA-2.0-KR, CC0-1.0 or PDM-1.0 of a licence's URL."""
    match = _CC.search(link)
    if match is None:
        return None
    kind, version, country, public, number = match.groups()
    if public:
        return f"{'CC0' if public.lower() == 'zero' else 'PDM'}-{number}"
    return f"CC-{kind.upper()}-{version}" + (f"-{country.upper()}" if country else "")


def commons_named(text: str) -> str | None:
    """The licence that a blog's licence box names: 저작자표시 비영리 변경금지, CC BY-SA 4.0; without a version where
    it has none.  None where nothing is named or the box denies."""
    if _refuses(text):
        return None
    if match := _CC_LETTERS.search(text):
        parts = re.findall("NC|ND|SA", match[1])
        version, country = match[2], match[3]
    elif _BY.search(text):
        parts = ["NC"] if _NO_TRADE.search(text) else []
        parts += ["ND"] if _NO_CHANGE.search(text) else ["SA"] if re.search(r"동일\s?조건", text) else []
        numbered = re.search(r"(?<![\d.])([1-4]\.0)(?!\d)", text)
        version, country = numbered[1] if numbered else None, "KR" if "대한민국" in text else None
    else:
        return None
    return "-".join(
        ("CC", "BY", *parts, *((version, country) if version and country else (version,) if version else ()))
    )


def commons_stated(text: str) -> list[str]:
    """Licences that sentences about the page itself grant: 이 글은 CC BY 4.0에 따라 이용할 수 있습니다."""
    found = []
    for sentence in _SENTENCES.split(text):
        named = _CC_LETTERS.search(sentence) or _CC_NAME.search(sentence)
        if named and grants(sentence) and (mark := commons_named(sentence)):
            found.append(mark)
    return found


def grants(text: str) -> bool:
    """Whether a text speaks of the page itself, grants and denies nothing."""
    return bool(_OWN.search(text)) and _agrees(text)


def kogl_stated(text: str) -> tuple[list[str], bool]:
    """(types that a label or a sentence about the page itself names, whether such a sentence denies them).

    Where several are named all are given, so that none is granted: which of them holds the text does not tell.
    """
    if _NURI not in text:
        return [], False
    if _is_label(text):
        return ([] if _refuses(text) else _types(text)), False
    found: list[str] = []
    denied = False
    for sentence in _SENTENCES.split(text):
        denied |= bool(_OWN.search(sentence)) and _refuses(sentence) and not _ELSEWHERE.search(sentence)
        if _NURI not in sentence or not (_OWN.search(sentence) or _OWN_WORK.search(sentence)):
            continue
        if _refuses(sentence):
            return [], True
        if _agrees(sentence):
            found += _types(sentence) + _numbers(text)
    return ([], True) if found and denied else (found, False)


def kogl_marked(tag: bytes, text: str) -> list[str]:
    """Types of a link or picture, with the text around it: in a sentence that grants nothing it is only mentioned."""
    written = _composed(tag)
    found = [
        _KOGL_LINKS[match["link"].lower()] if match["link"] else match["page"] or match["image"]
        for match in _KOGL.finditer(written)
    ]
    for said in _SAID.findall(tag):
        label = unescape(_composed(said))
        found += _types(label) if _NURI in label and _is_label(label) and not _refuses(label) else []
    if _is_label(text) or kogl_stated(text)[0] or grants(text):
        return found
    told = tag[:3].lower() == b"<a " or _NURI in text or _TYPE.search(text)
    return [] if told else found


def _agrees(text: str) -> bool:
    return bool(_GRANTS.search(text)) and not _ELSEWHERE.search(text) and not _refuses(text)


def _refuses(text: str) -> bool:
    """Whether a text denies, the licences' own restrictions apart."""
    return bool(_REFUSES.search(_NO_CHANGE.sub("", _NO_TRADE.sub("", text))))


def _is_label(text: str) -> bool:
    return len(_LABEL.sub("", text)) <= _PARTICLES


def _numbers(text: str) -> list[str]:
    return [_ROMAN.get(number, number.upper()) for number in _TYPE.findall(text)]


def _types(text: str) -> list[str]:
    """By number; by words where there is none, or where they restrict more than it does."""
    found = _numbers(text)
    words = _BOTH.sub("", text)
    trade, change = _NO_TRADE.search(words), _NO_CHANGE.search(words)
    named = not _SOURCE.search(words) or (not trade and "상업" in words) or (not change and "변경" in words)
    if not named:
        kind = "4" if trade and change else "2" if trade else "3" if change else "1"
        if not found or not set(_RESTRICTED[kind]) <= set(_RESTRICTED[found[0]]):
            found.append(kind)
    return found


def _composed(piece: bytes) -> str:
    return unicodedata.normalize("NFC", piece.decode("utf-8", "replace"))


def agreed(marks: Iterable[str]) -> str | None:
    """The one licence that the marks name; None where they differ: then only the evidence is kept."""
    distinct = set(marks)
    return distinct.pop() if len(distinct) == 1 else None


def distinct(marks: Iterable[str]) -> list[str]:
    """Each mark once, without those that another says with its version."""
    found = list(dict.fromkeys(marks))
    return [one for one in found if not any(re.match(re.escape(one) + r"-\d", other) for other in found)]


def wishes(meta: Mapping[str, str]) -> list[str]:
    """What the page's head asks of machines: noai, noimageai, noindex, nosnippet, tdm-reservation."""
    words = re.split(r"[\s,]+", f"{meta.get('robots', '')},{meta.get('googlebot', '')}".lower())
    found = [_WISHES[word] for word in words if word in _WISHES]
    if meta.get("tdm-reservation", "").strip() == "1":
        found.append("tdm-reservation")
    return list(dict.fromkeys(found))
