"""The lexicon: what it hits, what only looks like a hit, and that the kernel equals its definition."""

from __future__ import annotations

import time
import unicodedata
from importlib.resources import files

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from corpus.document import DocumentBatch, text_buffers
from filters.linear.matching import matching_copy
from filters.profanity import lexicon, variants
from filters.profanity.lexicon import Lexicon, shipped
from filters.profanity.variants import CLASSES
from tests.oracles import lexicon as oracle

DATA = files("filters.profanity") / "data"
ENTRIES = [tuple(row) for row in variants.rows((DATA / "lexicon.tsv").read_text("utf-8"))]


def hits(text: str | None) -> dict[str, int]:
    """Of the text or its copy, whichever has more; classes without a hit left out."""
    batch = DocumentBatch(pa.record_batch({"text": pa.array([text], pa.string())}))
    found = dict(zip(CLASSES, lexicon.hits(batch)[0].tolist(), strict=True))
    return {name: number for name, number in found.items() if number}


# ------------------------------------------------------------------ the list


def test_the_lexicon_is_what_its_roots_give() -> None:
    written = variants.written(*((DATA / f"{name}.tsv").read_text("utf-8") for name in ("roots", "friends")))
    assert (DATA / "lexicon.tsv").read_text("utf-8") == written


def test_there_are_thousands_of_entries_each_with_class_and_place_and_none_twice() -> None:
    abuse = [entry for entry in ENTRIES if entry[1] != variants.FRIEND]
    assert len(abuse) > 2000 and len(ENTRIES) - len(abuse) > 1000
    assert len({entry[0] for entry in ENTRIES}) == len(ENTRIES)
    assert {entry[1] for entry in ENTRIES} == {*CLASSES, variants.FRIEND}
    assert {entry[2] for entry in ENTRIES} == set(variants.PLACES)
    assert {entry[3] for entry in ENTRIES} == set(variants.TEXTS)
    assert all(form == unicodedata.normalize("NFC", form) and form.strip() for form, *_ in ENTRIES)


def test_every_entry_is_hit_where_it_stands_alone() -> None:
    missed, known = [], {entry[0]: entry for entry in ENTRIES}
    for form, kind, _, _ in ENTRIES:
        parts = {form[low:high] for low in range(len(form)) for high in range(low + 1, len(form) + 1)}
        found = oracle.hits(form, [known[part] for part in sorted(parts & known.keys())])
        if kind != variants.FRIEND and not any(found.values()):
            missed.append(form)
    assert missed == []


def test_roots_are_expanded_and_respelled_as_the_module_says() -> None:
    assert list(variants.expanded("(|개)시[발벌]")) == ["시발", "시벌", "개시발", "개시벌"]
    assert list(dict.fromkeys(variants.tensed("병신"))) == ["병신", "뼝신", "병씬", "뼝씬"]
    assert list(variants.elongated("시발")) == ["시이발", "시바알"]
    assert list(variants.halved("시발")) == ["ㅅ발", "시ㅂ"]
    assert (variants.initials("개새끼"), variants.keyed("시발"), variants.keyed("괜찮")) == (
        "ㄱㅅㄲ",
        "tlqkf",
        "rhoscksg",
    )


def test_an_entry_within_a_looser_one_of_its_class_is_left_out_unless_a_false_friend_ends_inside_it() -> None:
    roots = "병신\tswear\tany\n병신같\tswear\tany\n병신년아\tswear\tany\n병신춤꾼\tmild\tany\n"
    forms = [form for form, *_ in variants.lexicon(roots, "병신년\tthe year\n안개\tno entry in it\n")]
    assert forms == ["병신", "병신년", "병신년아", "병신춤꾼"]


@pytest.mark.parametrize("root", ["가\tcurse\tany", "가\tswear\tanywhere", "가\tswear\tany\tlonger"])
def test_a_root_of_unknown_kind_is_an_error(root: str) -> None:
    with pytest.raises(ValueError, match="unknown class, place or variant"):
        variants.lexicon(root, "")


# ------------------------------------------------------------------ hits


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("아 진짜 시발 뭐냐", "swear"), ("이런 씨발놈들", "swear"), ("병신같은 소리", "swear"), ("지랄하네", "swear"),
        ("야 이새끼야", "swear"), ("개새끼들이", "swear"), ("좆같네", "swear"), ("미친놈아", "swear"), ("썅", "swear"),
        ("느금마", "swear"), ("뒤져라", "swear"), ("what the fuck", "swear"), ("BITCH!", "swear"),
        ("틀딱들은", "slur"), ("짱깨가", "slur"), ("한남충", "slur"), ("김치녀", "slur"), ("전라디언", "slur"),
        ("보짓물", "sexual"), ("존나 재밌다", "mild"), ("미친 가격", "mild"), ("저놈이 또", "mild"),
    ],
)  # fmt: skip
def test_abuse_is_hit_in_its_class(text: str, kind: str) -> None:
    assert hits(text) == {kind: 1}


@pytest.mark.parametrize(
    "text",
    [
        "시이발", "씨이이이발", "쒸발", "씨빨", "시1발", "시.발", "시 발", "ㅅㅣㅂㅏㄹ", "시\u200b발", "ㅅㅂ", "ㅅ ㅂ", "ㅆㅂ", "시ㅂ", "ㅅ발",
        "tlqkf", "ssibal", "뼝신", "븅신", "ㅂㅅ", "ㅄ", "ㅂㅕㅇㅅㅣㄴ", "병/신", "개 새 끼", "개ㅅㅐㄲㅣ", "개색히", "ㄱㅅㄲ", "ㅈ같네",
        "찌랄", "ㅈㄹ", "ＦＵＣＫ", unicodedata.normalize("NFD", "씨발"), "18놈아", "아18", "ㅅㅂㅋㅋㅋ", "ㅋㅋㅅㅂ",
    ],
)  # fmt: skip
def test_respelled_abuse_is_hit(text: str) -> None:
    assert hits(text) == {"swear": 1}


def test_hits_are_counted_once_each_although_both_texts_have_them() -> None:
    assert hits("씨발 씨.발 병신") == {"swear": 3}
    assert hits("씨발씨발") == {"swear": 2}


# ------------------------------------------------------------------ false friends

INNOCENT = """민주주의의 시발점이 되었다|서울역은 시발역이다|시발택시는 최초의 국산차다|앱을 개발했다|개발새발 쓴 글씨|새끼손가락을 걸었다
새끼 고양이가 귀엽다|병신년 새해가 밝았다|병신년(1956년)에 태어났다|안개새벽|개새벽에 일어났다|지랄탄을 쏘았다|조지 부시 대통령|조지아 공화국
열여덟, 십팔 세가 되었다|십팔세기|제십팔조|그년도 예산|이년 동안 공부했다|청소년|내년|1년 3년 5년|5개년 계획|미친 듯이 재미있다|영향을 미친 사건
질병신고서|발병신고|간병신청|합병신탁|다시발견했다|동시발생|도시발전|역시발표는|표시발행|아가씨발|날씨발표|솜씨발휘|글씨발견|김씨발언
껌을 씹고 있다|씹어 먹었다|에밀 졸라의 목로주점|허리띠를 졸라매고|등신대 인형|팔등신 미인|전염병 예방|염병 환자|짓궂은 말|아이를 좇아 걷다
새끼줄을 꼬다|새끼를 낳은 어미|보지 못했다|자지 않고|가보지도 않고|왼쪽발이 아프다|난민충돌|제3조까지|연금충당부채|조까지 정한다
한남동에 산다|재기에 성공했다|처벌을 강화하라|홍어회무침|딸기 따먹기|빨갱이로 몰려 누명을 썼다|불이 꺼져 있었다|닥쳐올 위기|주머니를 뒤져 보았다
쉐이크|색기업|지미 카터|샹그릴라|시바견|시부모님|씨를 뿌린다|시를 쓴다|씨름|니그로스섬|검색|Scunthorpe|Essex|assignment|hoe|cocktail|class
ㅋㅋㅋㅋ|ㅎㅎㅎ|ㅠㅠ|ㅇㅇ|ㄱㅅ|ㄱㄱ|ㅇㅋ|국개발원|10시발 열차|열시발 버스|공개독서|아홉개년|대한민국개발|다세대가리모델링"""


@pytest.mark.parametrize("text", INNOCENT.replace("\n", "|").split("|"))
def test_innocent_text_has_no_strong_hit(text: str) -> None:
    assert not {"swear", "slur", "sexual"} & set(hits(text)), hits(text)


@pytest.mark.parametrize(
    "text",
    ["시발은 1955년에 나온 첫 국산 승용차이다", "시발 세단과 시발택시", "시발이라는 이름", "시발의 차체는 드럼통을 펴서 만들었다", "시발(始發)",
     "국제차량제작은 시발을 만든 회사이다", "부녀자 사이에 시발계가 생겼다", "병신(丙申)년", "수원시팔달구", "급식충당금", "다음에 난민충분히",
     "돼지 새끼를 낳았다", "돼지 새끼 열 마리"],
)  # fmt: skip
def test_real_names_have_no_strong_hit(text: str) -> None:
    assert not {"swear", "slur", "sexual"} & set(hits(text)), hits(text)


def test_a_pig_as_an_insult_is_one_and_so_is_whoever_is_named_a_whelp() -> None:
    assert hits("저 돼지새끼가") == {"swear": 1} and hits("어떤 새끼들이냐") == {"mild": 1}


@pytest.mark.parametrize(
    "text", ["시발점 시발", "병신년 병신", "새끼손가락 이새끼야", "질병신고 병신아", "지랄탄 지랄"]
)
def test_a_false_friend_excuses_no_hit_beside_it(text: str) -> None:
    assert hits(text) == {"swear": 1}


def test_a_hit_that_reaches_beyond_the_false_friend_counts() -> None:
    assert hits("이 병신년아") == {"swear": 1}


# ------------------------------------------------------------------ borders and shapes


@pytest.mark.parametrize("text", [None, "", "씨", "ㅅ", "a", " ", "\n", "\ud7a3", "🙂"])
def test_null_empty_and_one_character_have_no_hit(text: str | None) -> None:
    assert hits(text) == {}


def test_no_document_sees_its_neighbour() -> None:
    texts = ["시", "발", "개새", "끼", "시발", "점", None, "", "이병", "신년아", "씨발"]
    together = lexicon.hits(DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.string())})))
    assert [dict(zip(CLASSES, row, strict=True)) for row in together.tolist()] == [
        {**dict.fromkeys(CLASSES, 0), **hits(text)} for text in texts
    ]


def test_a_slice_of_a_batch_has_the_hits_of_its_rows() -> None:
    column = pa.array(["씨발", "좋은 아침", "병신 지랄", "개새끼"], pa.string())
    whole, part = (shipped().count(text_buffers(rows))[0].tolist() for rows in (column, column.slice(1, 2)))
    assert part == whole[1:3]
    assert [shipped().count(text_buffers(column.slice(1, 2)))[1][:, 2].tolist()] == [[0, 0]]


def test_spans_name_the_bytes_that_were_hit() -> None:
    text = "가나 씨발 시발점 병신"
    _, spans = shipped().count(text_buffers(pa.array([text], pa.string())))
    assert [text.encode()[start:end].decode() for start, end, _ in spans.tolist()] == ["씨발", "병신"]


def test_ten_megabytes_and_mixed_script_are_counted_in_time() -> None:
    unit = "오늘은 new 제품을 中国 에서 かな 씨발 시발점 123 🙂 assignment. "
    text = unit * (10_000_000 // len(unit.encode()))
    began = time.process_time()
    assert hits(text) == {"swear": text.count("씨발")}
    assert time.process_time() - began < 10


SOUP = st.lists(
    st.sampled_from(["시", "발", "점", "씨", "병", "신", "년", "아", "개", "새", "끼", "ㅅ", "ㅂ", "ㅋ", "질", " ", "1", "a",
                     "fuck", "미친", "놈", "이", "🙂", "é", "새끼", "시발점", "존나", "\n", "틀딱"]),
    max_size=14,
)  # fmt: skip


@given(st.lists(SOUP.map("".join), min_size=1, max_size=3))
def test_the_kernel_equals_its_definition(texts: list[str]) -> None:
    found, _ = shipped().count(text_buffers(pa.array(texts, pa.string())))
    near = [entry for entry in ENTRIES if any(entry[0] in text for text in texts)]
    assert [dict(zip(CLASSES, row, strict=True)) for row in found.tolist()] == [
        oracle.hits(text, near) for text in texts
    ]


def test_entries_of_the_text_alone_are_not_looked_for_in_the_copy() -> None:
    entries = [("18놈", "swear", "start", "text"), ("병신", "swear", "any", "both")]
    text = text_buffers(pa.array(["18놈 병신"], pa.string()))
    assert Lexicon.of(entries).count(text)[0][0, 0] == 2
    assert Lexicon.of(entries).count(text, copy=True)[0][0, 0] == 1


# ------------------------------------------------------------------ faults of other filters


def test_a_substring_list_would_drop_sound_words() -> None:
    """dps and its kin drop a document that holds a listed string anywhere."""
    for text, listed in (("시발점", "시발"), ("새끼손가락", "새끼"), ("질병신고", "병신"), ("청소년", "년")):
        assert listed in text and hits(text) == {}


def test_nfkc_would_part_the_letters_of_chat_from_their_list() -> None:
    folded = unicodedata.normalize("NFKC", "ㅅㅂ")
    assert folded != "ㅅㅂ"  # conjoining jamo now
    assert hits("ㅅㅂ") == {"swear": 1} == hits(folded)


def test_an_ascii_word_border_would_see_none_in_hangul() -> None:
    import re

    assert re.search(r"\bfuck\b", "이fuck이", re.ASCII) and re.search(r"\b시발\b", "이 시발 참", re.ASCII) is None
    assert hits("이 시발 참") == {"swear": 1} == hits("이fuck이")


def test_the_matching_copy_is_what_undoes_the_tricks() -> None:
    assert matching_copy("시1발 ㅂㅕㅇㅅㅣㄴ") == "시발 병신"
