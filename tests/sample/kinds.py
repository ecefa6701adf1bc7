"""Documents of each kind of the published mixture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sample.foreign import english, japanese
from tests.sample.text import WORDS, Draw, Writer, patterns

Record = dict[str, Any]
LICENSE = "CC0-1.0"


def record(kind: str, number: int, title: str | None, text: str, **more: Any) -> Record:
    """A record with the fields that the sample's readers know; its date is drawn from its id."""
    key = f"{kind}-{number:05d}"
    draw = Draw(f"{key}/date")
    date = f"{draw.between(2015, 2025)}-{draw.between(1, 12):02d}-{draw.between(1, 28):02d}"
    return {
        "id": key,
        "url": f"https://{kind}.example.org/{draw.between(100, 999)}/{number}",
        "title": title,
        "text": text,
        "date": date,
        "license": LICENSE,
        **more,
    }


def blog(number: int) -> Record:
    """A post: greeting, one to four headed sections with prose or lists, a farewell."""
    draw = Draw(f"blog/{number}")
    writer = Writer(f"blog/{number}/text", "yo" if draw.chance(75) else "formal")
    parts = [writer.paragraph("blog_intro", 1, 2)]
    for heading in writer.lines("blog_heading", draw.between(1, 3)):
        if draw.chance(60):
            parts.append(heading)
        if draw.chance(18):
            mark = draw.pick(["- ", "* ", "· ", "1) "])
            parts.append("\n".join(mark + line for line in writer.lines("blog_item", draw.between(3, 5))))
        for _ in range(draw.between(1, 2)):
            parts.append(writer.paragraph("experience", 3, 6))
    parts.append(writer.line("blog_close"))
    if draw.chance(30):
        parts[-1] += " " + draw.pick(["😊", "🌿", "ㅎㅎ", "^^", "🙏", "📷", "🍲"])
    return record("blog", number, writer.line("blog_heading"), "\n\n".join(parts))


def cafe(number: int) -> Record:
    """A member's post and the replies to it."""
    draw = Draw(f"cafe/{number}")
    writer = Writer(f"cafe/{number}/text", "yo")
    parts = [writer.line("cafe_intro"), writer.paragraph("experience", 3, 6)]
    if draw.chance(50):
        parts.append(writer.paragraph("kin_question", 1, 2))
    parts.append(writer.line("cafe_close"))
    replies = writer.lines("reply", draw.between(0, 6))
    if replies:
        parts.append("\n".join(f"└ {line}" for line in replies))
    return record(
        "cafe",
        number,
        writer.fixed["S"] + draw.pick([" 질문이요", " 후기", " 정보 나눔", " 고민", "!"]),
        "\n".join(parts),
    )


def news(number: int) -> Record:
    """An article: place line, lead, body with figures and quotations, outlook, the reporter's address."""
    draw = Draw(f"news/{number}")
    writer = Writer(f"news/{number}/text", "plain")
    reporter = writer.sentence("{person}")
    lead = f"({draw.pick(WORDS['city'])}=말모이일보) {reporter} 기자 = " if draw.chance(50) else ""
    parts = [lead + writer.paragraph("news_lead", 1, 2)]
    parts += [writer.paragraph("news_body", 2, 4) for _ in range(draw.between(2, 4))]
    parts.append(writer.paragraph("news_close", 1, 2))
    if draw.chance(35):
        parts.append(f"{reporter} 기자 reporter{number}@example.com")
    return record("news", number, writer.line("news_title"), "\n\n".join(parts))


def comments(number: int) -> Record:
    """A thread of short comments under one article."""
    draw = Draw(f"comments/{number}")
    writer = Writer(f"comments/{number}/text", "yo")
    return record("comments", number, None, "\n".join(writer.lines("comment", draw.between(4, 9))))


def kin(number: int) -> Record:
    """A question and its adopted answer."""
    draw = Draw(f"kin/{number}")
    asker = Writer(f"kin/{number}/question", "yo")
    expert = Writer(f"kin/{number}/answer", draw.pick(["formal", "formal", "yo"]))
    expert.topic, expert.words, expert.fixed = asker.topic, asker.words, asker.fixed
    question = asker.paragraph("kin_question", 2, 3)
    answer = [expert.paragraph("kin_answer", 3, 5), expert.paragraph("experience", 1, 3)]
    answer.append(expert.line("kin_close"))
    return record(
        "kin",
        number,
        f"{asker.fixed['S']} {draw.pick(['질문입니다', '어떻게 하나요?', '궁금해요', '도와주세요', '가능할까요?'])}",
        f"질문: {question}\n\n답변: " + "\n".join(answer),
        adopted=True,
        author_level=draw.between(3, 9),
        likes=draw.below(40),
    )


def modu(number: int) -> Record:
    """A transcribed conversation of two to three speakers, or a diary."""
    draw = Draw(f"modu/{number}")
    if draw.chance(30):
        writer = Writer(f"modu/{number}/text", "plain")
        return record("modu", number, "일기", "\n".join(writer.paragraph("diary", 4, 6) for _ in range(2)))
    writer = Writer(f"modu/{number}/text", "casual")
    names = draw.some("가나다라마", draw.between(2, 3))
    lines = writer.lines("talk", draw.between(9, 15))
    return record("modu", number, None, "\n".join(f"{names[i % len(names)]}: {line}" for i, line in enumerate(lines)))


def wiki(number: int) -> Record:
    """An encyclopedia article in English or Japanese."""
    title, text = (english if number % 2 else japanese)(f"wiki/{number}")
    return record("wiki", number, title, text)


def others(number: int) -> Record:
    """Encyclopedia, ordinance, recipe, poem, minutes, reviews, or the documentation of a program."""
    draw = Draw(f"others/{number}")
    make = draw.pick([_entry] * 9 + [_ordinance] * 3 + [_recipe] * 2 + [_poem, _minutes, _minutes, _reviews, _manual])
    title, text = make(draw, f"others/{number}/text")
    return record("others", number, title, text)


def _entry(draw: Draw, key: str) -> tuple[str, str]:
    writer = Writer(key, "plain")
    parts = [writer.paragraph("ency", 2, 3)]
    for heading in writer.lines("ency_heading", draw.between(1, 4)):
        parts.append(f"{heading}\n{writer.paragraph('ency', 2, 5)}")
    return writer.fixed["S"], "\n\n".join(parts)


def _ordinance(draw: Draw, key: str) -> tuple[str, str]:
    writer = Writer(key, "plain")
    writer.fixed["city"] = city = draw.pick(WORDS["city"])
    clauses = patterns()["statute"]
    chosen = sorted(draw.some(range(1, len(clauses) - 1), draw.between(5, 8)))
    articles = [writer.sentence(clauses[at]) for at in (0, *chosen, len(clauses) - 1)]
    body = "\n".join(f"제{n}조{line}" for n, line in enumerate(articles, 1))
    date = f"{draw.between(1998, 2024)}. {draw.between(1, 12)}. {draw.between(1, 28)}."
    return f"{city}시 {writer.fixed['S']} 지원 조례", f"[시행 {date}]\n{body}\n부칙\n이 조례는 공포한 날부터 시행한다."


def _recipe(draw: Draw, key: str) -> tuple[str, str]:
    writer = Writer(key, "formal", "cooking")
    units = ["개", "컵", "큰술", "줌", "그램", "포기", "모"]
    things = [writer.sentence("{thing} {n}") + draw.pick(units) for _ in range(draw.between(3, 6))]
    steps = [f"{n}. {line}" for n, line in enumerate(writer.lines("recipe_step", draw.between(5, 7)), 1)]
    tip = writer.paragraph("experience", 1, 2)
    return f"{writer.fixed['S']} 만들기", "\n".join(["재료", *things, "", "순서", *steps, "", tip])


def _poem(draw: Draw, key: str) -> tuple[str, str]:
    writer = Writer(key, "plain")
    verses = ["\n".join(writer.lines("poem", draw.between(3, 5))) for _ in range(draw.between(2, 4))]
    return writer.sentence("{season} {thing}"), "\n\n".join(verses)


def _minutes(draw: Draw, key: str) -> tuple[str, str]:
    writer = Writer(key, "formal")
    return writer.sentence("제{n}{n}회 {city}시의회 회의록"), "\n".join(writer.lines("minutes", draw.between(6, 9)))


def _reviews(draw: Draw, key: str) -> tuple[str, str]:
    writer = Writer(key, draw.pick(["yo", "formal"]))
    return writer.fixed["S"] + " 사용 후기", "\n".join(writer.lines("review", draw.between(5, 8)))


def _manual(draw: Draw, key: str) -> tuple[str, str]:
    writer = Writer(key, "formal")
    name = draw.pick(["count", "merge", "split", "convert", "check"]) + str(draw.between(1, 999))
    code = f'def {name}(path: str, limit: int = {draw.between(2, 900)}) -> int:\n    with open(path, encoding="utf-8") as lines:\n        return sum(1 for line in lines if len(line) > limit)'
    text = f"`{name}`은 {writer.sentence('{thing}')}을 다루는 작은 도구입니다.\n\n{writer.paragraph('kin_answer', 2, 3)}\n\n```python\n{code}\n```\n\n{writer.paragraph('experience', 2, 3)}"
    return f"{name} 사용 설명서", text


# Kind -> how many documents, and how one is written.
MAKERS: dict[str, tuple[int, Callable[[int], Record]]] = {
    "blog": (1500, blog),
    "cafe": (760, cafe),
    "news": (430, news),
    "comments": (900, comments),
    "kin": (300, kin),
    "modu": (110, modu),
    "wiki": (60, wiki),
    "others": (520, others),
}
