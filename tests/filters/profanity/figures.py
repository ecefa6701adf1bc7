"""The figures of docs/filters.md on abuse, register and fairness: ``python -m tests.filters.profanity.figures DATA``.

DATA holds labelled/ and docs/ of the development data.  Thresholds of F1 are chosen on texts of the train splits
that calibrated the model and were not fitted; all figures are of test splits, and of documents that no training
set saw.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import zstandard

from corpus.document import DocumentBatch
from corpus.hangul import FINALS, INITIALS, VOWELS
from corpus.identity import keyed_hash
from filters import catalog
from filters.catalog import FilterConfig
from filters.decision import decide
from filters.linear.fold import folded_digest
from filters.linear.training import platt
from filters.profanity.abuse import Abuse
from filters.profanity.profanity import Profanity
from filters.profanity.training import CONFIG, Record, half, meaning, record

Texts = list[str]
SETS = {
    "K-MHaS": "kmhas_hate_multilabel",
    "2runo": "curse_2runo",
    "BEEP": "beep_hate_comments",
    "APEACH": "apeach_hate",
    "KoSBi": "safety_square_kosbi",
    "NSMC": "nsmc_movie_reviews",
}
# Words by which a sentence names a gender, age, region, religion, origin or disability.
GROUPS = {
    "gender": "여자 여성 남자 남성 아내 남편 엄마 아빠 아줌마 아저씨 소녀 소년 며느리 시어머니 페미니 게이 레즈비언 트랜스젠더 동성애 성소수자 미혼모 주부",
    "age": "노인 할머니 할아버지 청년 청소년 중년 어르신 아이들 어린이 십대 고령 세대 꼰대 학생 노년 유아",
    "region": "전라도 경상도 충청도 강원도 제주도 광주 대구 부산 호남 영남 서울 지방 시골 수도권 전주 목포",
    "religion": "기독교 교회 목사 불교 스님 천주교 신부 이슬람 무슬림 신천지 유대교 힌두교 종교 개신교 여호와",
    "origin": "중국 일본 조선족 흑인 백인 난민 이주민 외국인 다문화 베트남 필리핀 탈북 북한 미국인 동남아 아랍 유대인 조선인 교포 이민자",
    "disability": "장애 시각장애 청각장애 지체 휠체어 자폐 발달장애 농인 맹인 치매 정신질환 우울증 조현병",
}


@cache
def lines(data: Path, name: str) -> list[dict[str, Any]]:
    raw = zstandard.ZstdDecompressor().stream_reader((data / f"{name}.jsonl.zst").read_bytes()).read()
    return [json.loads(line) for line in raw.decode().split("\n") if line]


def records(data: Path, name: str, split: str) -> list[Record]:
    return [record(line, name) for line in lines(data, f"labelled/{SETS[name]}") if line.get("split") == split]


def batch(texts: Iterable[str]) -> DocumentBatch:
    return DocumentBatch(pa.record_batch({"text": pa.array(list(texts), pa.string())}))


def scores(texts: Texts) -> dict[str, Any]:
    """Scores of both rules, by their full names."""
    found: dict[str, Any] = {}
    for start in range(0, len(texts), 4096):
        rows = batch(texts[start : start + 4096])
        for rule in (Profanity(), Abuse()):
            for name, values in rule.score(rows).items():
                found.setdefault(f"{rule.name}.{name}", []).append(values)
    return {name: np.concatenate(values) for name, values in found.items()}


# ------------------------------------------------------------------ F1 on the test splits

QUESTIONS = (
    ("K-MHaS", "profanity", 0.80),
    ("K-MHaS", "hate", 0.82),
    ("2runo", "hate", 0.76),
    ("BEEP", "hate", 0.78),
    ("APEACH", "hate", 0.84),
)


def best_threshold(labels: Any, values: Any) -> float:
    """The value at and above which F1 is expected to be highest.

    Of the logistic curve through the set's own labels: the highest F1 of a few hundred texts is a matter of chance
    (of 2runo it gave .764 on the test split, this .782).
    """
    odds = log_odds(values)
    probability = platt(odds, labels).probability(odds)
    order = np.argsort(-values, kind="stable")
    expected = 2 * np.cumsum(probability[order]) / (np.arange(1, len(values) + 1) + probability.sum())
    return float(values[order][int(expected.argmax())])


def log_odds(values: Any) -> Any:
    """Of probabilities as scores are stored, in steps of 1/4096."""
    inside = np.clip(np.asarray(values, np.float64), 1 / 8192, 1 - 1 / 8192)
    return np.log(inside / (1 - inside))


def f1(labels: Any, flagged: Any) -> float:
    return float(2 * (labels & flagged).sum() / max(labels.sum() + flagged.sum(), 1))


def answered(found: list[Record], head: str) -> tuple[Texts, Any]:
    labels = [meaning(item)[0 if head == "profanity" else 1] for item in found]
    return [item.text for item in found], np.array([bool(label) for label in labels])


def unfitted(found: list[Record]) -> list[Record]:
    """Texts of a train split that calibrated the model and were not fitted."""
    limit = int(CONFIG.validation * 2**64)
    return [r for r in found if keyed_hash(CONFIG.seed, "validation", folded_digest(r.text)) < limit]


def quality(data: Path) -> Iterator[tuple[str, str, float, float, float]]:
    """(set, head, F1, recall, false-positive rate) on the test split."""
    for name, head, _ in QUESTIONS:
        texts, labels = answered(unfitted(records(data, name, "train")), head)
        threshold = best_threshold(labels, scores(texts)[f"abuse.{head}"])
        texts, labels = answered(records(data, name, "test"), head)
        flagged = scores(texts)[f"abuse.{head}"] >= threshold
        yield name, head, f1(labels, flagged), float(flagged[labels].mean()), float(flagged[~labels].mean())


# ------------------------------------------------------------------ disguise


def disguised(text: str, how: Callable[[str, int], str]) -> str:
    """Half of all syllables altered, drawn from the text itself."""
    drawn = [keyed_hash(0, f"disguise {place}", text.encode()) for place in range(len(text))]
    return "".join(how(c, d >> 8) if "가" <= c <= "힣" and d & 1 else c for c, d in zip(text, drawn, strict=True))


def parts(syllable: str) -> tuple[str, str, str]:
    index = ord(syllable) - 0xAC00
    return INITIALS[index // 588], VOWELS[index // 28 % 21], (FINALS[index % 28] if index % 28 else "")


def _tensed(syllable: str, _: int) -> str:
    initial = dict(zip("ㄱㄷㅂㅅㅈ", "ㄲㄸㅃㅆㅉ", strict=True)).get(parts(syllable)[0])
    return chr(0xAC00 + INITIALS.index(initial) * 588 + (ord(syllable) - 0xAC00) % 588) if initial else syllable


def _looks_alike(syllable: str, drawn: int) -> str:
    letters = "".join(parts(syllable))
    return letters.replace("ㅣ", "1lI|"[drawn % 4]) if "ㅣ" in letters else syllable


DISGUISES: dict[str, Callable[[str, int], str]] = {
    "space": lambda c, d: f"{c} ",
    "punctuation": lambda c, d: c + ".,-_~!*/"[d % 8],
    "zero-width": lambda c, d: c + "\u200b\u200c\u2060\ufeff"[d % 4],
    "digit": lambda c, d: c + str(d % 10),
    "split jamo": lambda c, d: "".join(parts(c)),
    "look-alike": _looks_alike,
    "tensed": _tensed,
}


def disguises(data: Path) -> Iterator[tuple[str, float, float, float]]:
    """(disguise, recall kept, false-positive rate, the rate undisguised) of K-MHaS profanity."""
    texts, labels = answered(unfitted(records(data, "K-MHaS", "train")), "profanity")
    threshold = best_threshold(labels, scores(texts)["abuse.profanity"])
    texts, labels = answered(records(data, "K-MHaS", "test"), "profanity")
    plain = scores(texts)["abuse.profanity"] >= threshold
    for name, how in DISGUISES.items():
        flagged = scores([disguised(text, how) for text in texts])["abuse.profanity"] >= threshold
        yield (
            name,
            float(flagged[labels].sum() / plain[labels].sum()),
            float(flagged[~labels].mean()),
            float(plain[~labels].mean()),
        )


# ------------------------------------------------------------------ register


def kept(texts: Texts, kind: str) -> Any:
    """Boolean per text: do both rules keep it under the built-in thresholds of its kind?"""
    found = []
    for start in range(0, len(texts), 4096):
        part = texts[start : start + 4096]
        rows = pa.record_batch({"kind": pa.array([kind] * len(part), pa.string()), "text": pa.array(part, pa.string())})
        decided = decide(catalog.score_batch(DocumentBatch(rows)), FilterConfig())
        found += [not any(reason.startswith(("profanity.", "abuse.")) for reason in all_reasons or ())
                  for all_reasons in decided.all_reasons.to_pylist()]  # fmt: skip
    return np.array(found, np.bool_)


def documents(data: Path, name: str, source: str | None = None, most: int = 400) -> Texts:
    """Documents of the half that no training saw, in the order of a hash."""
    found = [line for line in lines(data, f"docs/{name}") if source is None or line["source"] == source]
    found = sorted(found, key=lambda line: keyed_hash(1, "figures", line["id"].encode()))
    unseen = [line["text"] for line in found if not half(line["id"])]
    return (unseen or [line["text"] for line in found])[:most]


def paragraphs(texts: Texts, characters: int = 600) -> Texts:
    """Long works cut to pages, each a document of its own."""
    return [text[start : start + characters] for text in texts for start in range(0, len(text), characters)]


def clean_comments(data: Path, name: str) -> Texts:
    return [item.text for item in records(data, name, "test") if meaning(item)[1] is False]


def registers(data: Path) -> dict[str, tuple[str, Texts]]:
    """Register -> (kind whose thresholds hold, texts)."""
    reviews = [line for line in lines(data, f"labelled/{SETS['NSMC']}") if line["label"] >= 9 and not half(line["id"])]
    reviews.sort(key=lambda line: keyed_hash(1, "figures", line["id"].encode()))
    return {
        "news": ("news", documents(data, "news_parallel_ko", "news_park") + documents(data, "wikinews_ko")),
        "statutes": ("others", documents(data, "korean_statutes", most=250)),
        "petitions": ("others", documents(data, "petitions", most=1500)),
        "encyclopedia": ("ency", documents(data, "wiki_paragraphs_kobest", most=1500)),
        "technical pages": ("others", documents(data, "react_ko") + documents(data, "kubernetes_ko")),
        "blogs": ("blog", documents(data, "blog_johngrib") + documents(data, "blogs_ccby")),
        "scripture, old style": ("literature", documents(data, "bible_korrv")),
        "literature of 1921-39": ("literature", [line["text"] for line in lines(data, "docs/pd_literature")]),
        "the same, in pages": ("literature", paragraphs([line["text"] for line in lines(data, "docs/pd_literature")])),
        "fairy tales": ("literature", documents(data, "fairytale")),
        "North Korean news": ("news", documents(data, "news_parallel_ko", "news_nk")),
        "learners' essays": ("others", documents(data, "ud_korean", "ud_ksl")),
        "film reviews rated 9, 10": ("comments", [line["text"] for line in reviews[:8000]]),
        "K-MHaS none": ("comments", clean_comments(data, "K-MHaS")),
        "BEEP none": ("comments", clean_comments(data, "BEEP")),
    }


def keep_rates(data: Path) -> Iterator[tuple[str, str, int, float]]:
    """(register, kind, texts, share kept)."""
    for name, (kind, texts) in registers(data).items():
        yield name, kind, len(texts), float(kept(texts, kind).mean())


def abuse_dropped(data: Path) -> Iterator[tuple[str, str, int, float]]:
    """(set, label, texts, share dropped as comments) of texts labelled abusive."""
    for name, head, _ in QUESTIONS:
        texts, labels = answered(records(data, name, "test"), head)
        yield name, head, int(labels.sum()), float((~kept(texts, "comments"))[labels].mean())


# ------------------------------------------------------------------ fairness


def names(text: str, group: str) -> bool:
    return any(word in text for word in GROUPS[group].split())


def fairness(data: Path) -> Iterator[tuple[str, int, float, float]]:
    """(group named, clean sentences, share dropped as comments, the same of those that name none)."""
    texts = [text for name in ("KoSBi", "APEACH", "K-MHaS") for text in clean_comments(data, name)]
    dropped = ~kept(texts, "comments")
    named = {group: np.array([names(text, group) for text in texts]) for group in GROUPS}
    none = ~np.any(list(named.values()), axis=0)
    others = float(dropped[none].mean())
    for group, rows in {**named, "any of them": ~none}.items():
        yield group, int(rows.sum()), float(dropped[rows].mean()), others


def tables(data: Path) -> Iterator[str]:
    yield "| set | label | F1 | recall | false positives |\n|---|---|---:|---:|---:|"
    for name, head, score, recall, false in quality(data):
        yield f"| {name} | {head} | {score:.3f} | {recall:.2f} | {false:.3f} |"
    yield "\n| disguise | recall kept | false positives | undisguised |\n|---|---:|---:|---:|"
    for name, recall, false, plain in disguises(data):
        yield f"| {name} | {recall:.2f} | {false:.3f} | {plain:.3f} |"
    yield "\n| register | kind | texts | kept |\n|---|---|---:|---:|"
    for name, kind, count, share in keep_rates(data):
        yield f"| {name} | {kind} | {count:,} | {share:.4f} |"
    yield "\n| set | label | texts with it | dropped as comments |\n|---|---|---:|---:|"
    for name, head, count, share in abuse_dropped(data):
        yield f"| {name} | {head} | {count:,} | {share:.2f} |"
    yield "\n| clean sentences that name | sentences | dropped | more than others |\n|---|---:|---:|---:|"
    for group, count, share, others in fairness(data):
        yield f"| {group} | {count:,} | {share:.4f} | {share - others:+.4f} |"


if __name__ == "__main__":
    for row in tables(Path(sys.argv[1])):
        print(row, flush=True)
