"""Wikitext: what is no running text goes, words stay, and no page takes more than linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sources.wikitext import plain


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("'''한글'''은 ''글자''다.", "한글은 글자다."),
        ("[[한강]]과 [[북한산|북한산 국립공원]], [[:분류:산|산 분류]], [[서울 (도시)|]]", "한강과 북한산 국립공원, 산 분류, 서울"),
        ("{{정보\n| 이름 = {{lang|en|{{b}}}}\n| 값 = [[파일:a.png]]\n}}글", "글"),
        ("서울({{llang|en|Seoul}}), 부산({{한자|釜山}}), 대구({{lang|zh|大邱}}, {{IPA|x}})", "서울(Seoul), 부산, 대구(大邱)"),
        ("앞 {{{1|기본}}} 뒤 {{{{{a}}}}} 끝", "앞 뒤 끝"),
        ("글<ref name=a>{{웹 인용|url=http://a.kr}}</ref>과<ref name=a /> 말<ref>닫히지 않은", "글과 말닫히지 않은"),
        ("글<!-- 주석 {{ -->과 말 <!-- 닫히지 않은", "글과 말  닫히지 않은"),
        ("[[파일:a.png|섬네일|[[한양]] 지도]]글[[분류:글]][[en:Text]][[zh-min-nan:A]]", "글"),
        ("[http://a.kr 누리집] [https://b.kr] //c.kr [1] [각주]", "누리집  //c.kr [1] [각주]"),
        ("{| class=a\n! 연도\n|-\n| {{a|}} ||\n  {| \n|x\n|}\n|}\n글", "글"),
        ("* 하나\n** 둘\n# 셋\n; 말\n: 뜻\n*\n----", "- 하나\n- 둘\n- 셋\n말\n뜻"),
        ("머리\n== 역사 ==\n글\n=== 현대 ===\n== 각주 ==\n{{각주}}\n== 끝 ==\n글", "머리\n\n역사\n\n글\n\n끝\n\n글"),
        ("<nowiki>[[a]] ''b''</nowiki> <math>E=mc^2</math> <code>f(x)</code>", "[[a]] ''b'' $E=mc^2$ f(x)"),
        ("글\n<syntaxhighlight lang=c>\nif (a) {\n  b();\n}\n</syntaxhighlight>\n끝", "글\n\nif (a) {\n  b();\n}\n\n끝"),
        ("가<br />나<br>다 m<sup>2</sup> <span style='x'>라</span> <T> <서울> a<b", "가\n나\n다 m2 라 <T> <서울> a<b"),
        ("__목차숨김__글 __NOTOC__ a__b__c &lt;b&gt; &nbsp;&#8217;", "글  a__b__c <b> \xa0’"),
        ("글 {{닫히지 않은 틀\n| 이름 = 값\n\n== 역사 ==\n본문이다.", "글 닫히지 않은 틀\n\n역사\n\n본문이다."),
        ("글 }} ]] |} 말 [[닫히지 않은 ㅋㅋㅋ", "글   |} 말 닫히지 않은 ㅋㅋㅋ"),
        ("foo() ( , ) (가)", "foo() ( , ) (가)"),
        ("a = b == c\n=\n==\n= 제목 =\n글", "a = b == c\n=\n==\n\n제목\n\n글"),
    ],
)  # fmt: skip
def test_marks_become_plain_text(written: str, expected: str) -> None:
    assert plain(written).text == expected


def test_categories_are_collected_once_in_order() -> None:
    assert plain("[[분류:나|가]][[Category:가]][[분류:나]]").categories == ("나", "가")


def test_text_that_has_no_marks_is_unchanged() -> None:
    text = "첫 문단이다.\n\n둘째 문단: 3 < 5, 한글과 Latin, ㅋㅋㅋ 😀.\n셋째 줄"
    assert plain(text).text == text


HOSTILE = {
    "braces": "{{" * 500_000,
    "links": "[[" * 500_000,
    "mixed": "{{[[" * 250_000,
    "references": "<ref>" * 200_000,
    "comments": "<!--" * 250_000,
    "tables": "\n{|" * 300_000,
    "closers": "{{" * 199 + "}}{{" * 200_000,
    "emptied": "( {{a}}" * 150_000,
    "addresses": "[http://" * 130_000,
    "headings": "=" * 1_000_000,
    "heading lines": "==a\n" * 250_000,
    "tags": "<a " * 300_000,
    "quotes": "'" * 1_000_000,
    "magic": "__a" * 300_000,
    "spaces": " " * 1_000_000 + "x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_take_linear_time(name: str) -> None:
    """A megabyte takes about half a second on a busy core; quadratic time would take hours."""
    begun = time.process_time()
    plain(HOSTILE[name])
    assert time.process_time() - begun < 10


@settings(max_examples=300)
@given(st.lists(st.sampled_from(["{{", "}}", "[[", "]]", "{|", "|}", "\n", "|", "=", "==", "*", "<ref>", "</ref>", "<nowiki>", "</nowiki>", "<!--", "-->", "글", "a:", "파일:", "\x00", "\x01", "\x02", "'''", "[http://a ", "&amp;", "{", "<math>", "</math>"]), max_size=30).map("".join))  # fmt: skip
def test_any_text_gives_text_without_marks_of_its_own(written: str) -> None:
    found = plain(written).text
    assert not set("\x00\x01\x02") & set(found)
    assert found == found.strip("\n")


@settings(max_examples=100)
@given(st.text(st.characters(codec="utf-8", exclude_characters="[]{}<>|='*#:;&_!-/ \t\n\r\x00\x01\x02\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Z", "C"]), min_size=1, max_size=40))  # fmt: skip
def test_plain_words_come_out_as_they_went_in(written: str) -> None:
    assert plain(f"{{{{틀|{written}}}}}[[대상|{written}]]<ref>{written}</ref>").text == written
