"""The paper's rules on records of every service; a rule whose field is missing is counted and does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.errors import ConfigError, RecordError
from corpus.sources.adapters.adapter import Adapter, check_config, joining
from corpus.sources.adapters.config import Comments, Encyclopedia, News, Posts, QuestionAnswer, Statutes
from corpus.sources.adapters.registry import adapter_of, joins
from corpus.sources.config import Fields, InputConfig, RightsBasis
from corpus.sources.raw import RawRecord
from corpus.sources.record import Draft


def item(adapter: str | None, **changes: Any) -> InputConfig:
    basis = RightsBasis(basis="own")
    return InputConfig(**{"name": "입력", "uri": "x", "rights": basis, "class_": "open", "adapter": adapter, **changes})


def read(adapter: Adapter, record: dict[str, Any]) -> Draft:
    return adapter.draft(RawRecord(0, 10, b"d" * 16, record))


def question(*answers: Any, **more: Any) -> dict[str, Any]:
    return {"id": "질문-1", "title": "띄어쓰기", "text": "어떻게 띄어 쓰나요?", "answers": list(answers), **more}


def answer(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "adopted": False, "expert": False, "author_level": 5, **more}


def test_adopted_and_expert_answers_are_joined_to_their_question_in_order_of_time() -> None:
    adapter = adapter_of(item("question_answer"))
    found = read(
        adapter,
        question(
            answer("나중 답", adopted=True, date="2024-02-01", likes=2),
            answer("아무개의 답"),
            answer("의사의 답", expert=True, author_level=1, date="2024-01-01", likes=3),
        ),
    )
    assert found.text == "어떻게 띄어 쓰나요?\n\n의사의 답\n\n나중 답"
    assert found.signals is not None
    assert {name: found.signals[name] for name in ("adopted", "expert", "author_level", "likes")} == {
        "adopted": True,
        "expert": True,
        "author_level": 5,
        "likes": 5,
    }
    assert (found.meta["answers"], found.counts, found.drop) == ("2", {"question_answer.not_adopted": 1}, None)
    assert adapter.rules.rows() == {
        "question_answer.adopted_or_expert": {"applied": 2, "not_applicable": 0},
        "question_answer.answers": {"applied": 1, "not_applicable": 0},
        "question_answer.author_level": {"applied": 1, "not_applicable": 0},
    }


def test_an_adopted_answer_of_a_low_ranked_author_goes_and_a_question_without_answers_with_it() -> None:
    found = read(adapter_of(item("question_answer")), question(answer("답", adopted=True, author_level=1)))
    assert (found.drop, found.counts) == ("thread.no_answer", {"question_answer.author_level": 1})
    lower = item("question_answer", question_answer=QuestionAnswer(minimum_author_level=1))
    assert read(adapter_of(lower), question(answer("답", adopted=True, author_level=1))).drop is None
    assert read(adapter_of(lower), question()).drop == "thread.no_answer"


@pytest.mark.parametrize("alone", ["이것", {"text": "이것"}, ["이것"], [None, "이것"]])
def test_an_answer_that_stands_alone_is_one_answer(alone: Any) -> None:
    found = read(adapter_of(item("question_answer")), {"id": "1", "text": "무엇인가요?", "answers": alone})
    assert (found.text, found.meta["answers"], found.drop) == ("무엇인가요?\n\n이것", "1", None)


@pytest.mark.parametrize("malformed", [3, 0.5, True, [1, 2], ["이것", 3], [["이것"]], b"x"])
def test_a_question_whose_answers_are_none_is_quarantined_and_no_document_without_them(malformed: Any) -> None:
    with pytest.raises(RecordError) as error:
        read(adapter_of(item("question_answer")), {"id": "1", "text": "무엇인가요?", "answers": malformed})
    assert (error.value.what, error.value.fix) == (
        "record.malformed",
        "answers: neither an answer nor a list of answers",
    )


def test_a_blank_answer_is_none_and_the_question_is_dropped() -> None:
    found = read(adapter_of(item("question_answer")), {"id": "1", "text": "무엇인가요?", "answers": " "})
    assert (found.drop, found.counts) == ("thread.no_answer", {"question_answer.without_text": 1})


def test_rules_without_their_fields_are_not_applicable_and_drop_nothing() -> None:
    adapter = adapter_of(item("question_answer"))
    assert read(adapter, question("글자뿐인 답", {"text": "표시 없는 답"})).text == (
        "어떻게 띄어 쓰나요?\n\n글자뿐인 답\n\n표시 없는 답"
    )
    assert read(adapter, {"id": "2", "text": "답이 없는 형식"}).drop is None
    assert adapter.rules.rows() == {
        "question_answer.adopted_or_expert": {"applied": 0, "not_applicable": 2},
        "question_answer.answers": {"applied": 1, "not_applicable": 1},
        "question_answer.author_level": {"applied": 0, "not_applicable": 2},
    }


def test_a_question_may_be_its_title_alone() -> None:
    record = {"id": "1", "title": "왜 하늘은 파란가요?", "answers": [answer("산란 때문이다.", adopted="Y")]}
    assert read(adapter_of(item("question_answer")), record).text == "산란 때문이다."
    with pytest.raises(RecordError, match="missing_text"):
        read(adapter_of(item("question_answer")), {"id": "1", "answers": []})


def test_what_stands_before_question_and_answers_is_the_configurations() -> None:
    marked = QuestionAnswer(before_question="질문: ", before_answer="답변: ")
    adapter = adapter_of(item("question_answer", question_answer=marked))
    assert read(adapter, question(answer("답", adopted=True))).text == "질문: 어떻게 띄어 쓰나요?\n\n답변: 답"


def test_comments_inside_a_record_are_joined_and_those_with_few_likes_left_out() -> None:
    adapter = adapter_of(item("comments", comments=Comments(minimum_likes=2)))
    record = {
        "id": "기사 1",
        "title": "기사",
        "text": "기사 본문",
        "comments": [
            {"text": "둘째", "date": "2024-01-02", "likes": 5},
            {"text": "첫째", "date": "2024-01-01", "likes": 2},
            {"text": "적은", "date": "2024-01-01", "likes": 1},
            {"text": "모르는"},
            {"text": " "},
        ],
    }
    found = read(adapter, record)
    assert found.text == "첫째\n둘째\n모르는"
    assert found.counts == {"comments.below_likes": 1, "comments.without_text": 1}
    assert found.signals is not None and found.signals["likes"] == 7
    assert adapter.rules.rows() == {"comments.minimum_likes": {"applied": 3, "not_applicable": 1}}
    assert (
        read(adapter, {"id": "2", "title": "기사", "comments": [{"text": "적은", "likes": 0}]}).drop
        == "thread.no_comment"
    )


def test_single_comments_are_documents_of_their_own() -> None:
    adapter = adapter_of(item("comments", comments=Comments(mode="single", minimum_likes=1)))
    assert not adapter.joins
    assert read(adapter, {"id": "1", "text": "좋다", "likes": 3}).drop is None
    assert read(adapter, {"id": "2", "text": "나쁘다", "likes": 0}).drop == "comment.below_likes"
    assert read(adapter, {"id": "3", "text": "모른다"}).drop is None


def test_a_news_section_is_its_area() -> None:
    adapter = adapter_of(item("news"))
    assert read(adapter, {"text": "가", "title": "제목", "section": "경제"}).area == "입력/경제"
    assert read(adapter, {"text": "가", "url": "https://news.example.kr/1"}).area == "입력/news.example.kr"
    assert adapter.rules.rows() == {
        "news.section": {"applied": 1, "not_applicable": 1},
        "news.title_in_body": {"applied": 1, "not_applicable": 1},
    }


@pytest.mark.parametrize("name", ["blog", "cafe"])
def test_boards_and_verdicts_of_posts_become_area_and_signals(name: str) -> None:
    adapter = adapter_of(item(name))
    found = read(adapter, {"text": "가", "board": "맛집", "spam": "0.7", "promotion": True, "search_allowed": "N"})
    assert found.area == "입력/맛집"
    assert found.signals == {"board": "맛집", "spam": 0.7, "promotion": 1.0, "search_allowed": False}
    assert read(adapter, {"text": "가", "spam": "모름"}).signals is None
    with pytest.raises(RecordError) as error:
        read(adapter, {"text": "가", "search_allowed": "글쎄"})
    assert error.value.what == "record.unclear_permission"
    assert adapter.rules.rows()[f"{name}.spam"] == {"applied": 1, "not_applicable": 1}


def test_statutes_keep_articles_and_are_verbatim() -> None:
    adapter = adapter_of(item("statutes"))
    articles = [
        {"number": 1, "title": "목적", "text": "이 법은 말을 모은다."},
        {"number": "2", "title": None, "text": ["① 말이란 말이다.", "② 글이란 글이다."]},
        "부칙",
    ]
    found = read(adapter, {"id": "1", "title": "말모이법", "articles": articles})
    assert found.text == "제1조(목적)\n이 법은 말을 모은다.\n\n제2조\n① 말이란 말이다.\n② 글이란 글이다.\n\n부칙"
    assert found.verbatim and "articles" not in found.meta
    assert read(adapter, {"id": "2", "text": "그대로"}).text == "그대로"
    assert adapter.rules.rows() == {"statutes.articles": {"applied": 1, "not_applicable": 1}}


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("2의2", "제2조의2(신의)"), (" 10의3의2 ", "제10조의3의2(신의)"), (2, "제2조(신의)"), (2.0, "제2조(신의)"),
        ("제2조의2", "제2조의2(신의)"), ("부칙", "부칙(신의)"), ("2의", "2의(신의)"), (None, "(신의)"),
    ],
)  # fmt: skip
def test_numbers_of_articles_are_written_as_the_law_writes_them(number: Any, written: str) -> None:
    articles = [{"number": number, "title": "신의", "text": "성실히 한다."}]
    found = read(adapter_of(item("statutes")), {"id": "1", "articles": articles})
    assert found.text == f"{written}\n성실히 한다."


@pytest.mark.parametrize(
    ("redirect", "drop"),
    [("참", "page.not_an_article"), ("X", "page.not_an_article"), ("true", "page.not_an_article"), (1.0, "page.not_an_article"),
     ("false", None), (False, None), (0, None), ("", None), (None, None)],
)  # fmt: skip
def test_a_redirect_to_a_page_named_like_a_truth_value_is_one(redirect: Any, drop: str | None) -> None:
    assert read(adapter_of(item("encyclopedia")), {"text": "글", "redirect": redirect}).drop == drop


def test_encyclopedia_redirects_and_talk_pages_are_dropped() -> None:
    adapter = adapter_of(item("encyclopedia"))
    assert read(adapter, {"text": "넘겨주기", "redirect": "서울특별시"}).drop == "page.not_an_article"
    assert read(adapter, {"text": "토론", "namespace": 1, "redirect": False}).drop == "page.not_an_article"
    found = read(adapter, {"title": "서울", "namespace": 0, "sections": [{"title": "역사", "text": "오래되었다."}]})
    assert (found.drop, found.text, found.verbatim) == (None, "역사\n오래되었다.", True)
    assert read(adapter, {"text": "모른다"}).drop is None
    assert adapter.rules.rows()["encyclopedia.namespace"] == {"applied": 2, "not_applicable": 2}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoding": "euc-korea"}, "no encoding of the web 'euc-korea'"),
        ({"encoding": "unicode_escape"}, "no encoding of the web"),
        ({"encoding": "euc-kr", "format": "warc"}, "warc says its encoding itself"),
        ({"encoding": "utf-16le", "format": "jsonl"}, "utf-16-le cannot be cut at line feeds"),
    ],
)
def test_an_encoding_that_cannot_be_is_named_before_the_run(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        check_config([item(None, **changes)])
    assert error.value.where == "inputs.입력.encoding"
    check_config([item(None, encoding="euc-kr"), item(None, encoding="UTF-16LE", format="text")])


def test_threads_are_joined_only_where_a_field_names_them() -> None:
    assert not joins(item(None)) and not joins(item("question_answer")) and not joins(item("news"))
    assert joins(item("question_answer", question_answer=QuestionAnswer(thread="qid")))
    assert joins(item("comments", comments=Comments(thread="article")))


@pytest.mark.parametrize("name", [None, "news", "comments"])
def test_an_adapter_whose_records_lie_together_is_never_asked_to_join(name: Any) -> None:
    with pytest.raises(ConfigError, match="joins no threads"):
        joining(adapter_of(item(name)))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"adapter": None, "news": News(section="면")}, "adapter is none"),
        ({"adapter": "blog", "cafe": Posts(board="판")}, "adapter is blog"),
        ({"adapter": "comments", "comments": Comments(mode="single", thread="a")}, "mode is single"),
        ({"adapter": "question_answer", "format": "warc"}, "needs records with fields"),
        ({"adapter": "statutes", "encyclopedia": Encyclopedia(redirect="r")}, "adapter is statutes"),
    ],
)
def test_a_section_that_would_do_nothing_is_an_error(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        check_config([item(changes.pop("adapter"), **changes)])


def test_sections_of_the_named_adapter_are_no_error() -> None:
    check_config([item("statutes", statutes=Statutes(articles="조문"))])


def test_a_record_without_what_its_input_requires_is_without_provenance() -> None:
    strict = item(None, provenance=("url", "license", "source"), fields=Fields(source="출처"))
    whole = {"text": "가", "url": "https://예.kr", "license": "CC0-1.0", "출처": "말모이"}
    assert read(adapter_of(strict), whole).source == "말모이"
    for name in ("url", "license", "출처"):
        with pytest.raises(RecordError) as error:
            read(adapter_of(strict), {key: value for key, value in whole.items() if key != name})
        assert error.value.what == "record.no_provenance"
    page = RawRecord(0, 1, b"d" * 16, {"key": "", "url": "", "text": "주소 없는 쪽"})
    with pytest.raises(RecordError, match=r"record\.no_provenance"):
        adapter_of(item(None), native=True).draft(page)
