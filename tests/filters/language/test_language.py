"""The language rule: what stays, what goes and why, on written pages and on real ones."""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import zstandard

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.extract.html import extract
from corpus.hangul import INITIALS, VOWELS
from corpus.sources.config import KindConfig, PinnedFile
from filters import catalog
from filters.catalog import FilterConfig
from filters.decision import decide
from filters.language.identifier import column
from filters.language.language import Language, LanguageThresholds
from tests.filters.scored import reasons, scores

KOREAN = "말모이는 우리말 사전을 만들려던 모임이 1911년부터 모은 원고이다. 원고는 끝내 책이 되지 못하였다."
ENGLISH = "The manuscript was collected from 1911 on by a society that wanted to print a dictionary of Korean words."
JAPANESE = "この原稿は、韓国語の辞書を作ろうとした会が集めたものです。原稿はついに本になりませんでした。"
CHINESE = "这部手稿是由一个想要编纂韩语词典的学会从一九一一年开始收集的。手稿最终没有出版成书。"
RUSSIAN = "Рукопись собирало с 1911 года общество, которое хотело издать словарь корейского языка."
ROMANISED = (
    "Malmoineun urimal sajeoneul mandeulryeodeon moimi cheongubaeksibilnyeonbuteo moeun wongoida. "
    "Wongoneun kkeutnae chaegi doeji mothayeotda. Geureona wongoreul chajeun sarameun itda."
)
WIKI = {"wiki": KindConfig(languages=("en", "ja"))}


def language(
    text: str | None, kind: str = "others", kinds: Any = None, config: FilterConfig | None = None
) -> list[str]:
    return [reason for reason in reasons(text, kind, config=config, kinds=kinds) if reason.startswith("language.")]


def shares(text: str | None) -> dict[str, float]:
    return {
        name.removeprefix("language."): round(value, 2)
        for name, value in scores(text).items()
        if name.startswith("language.")
    }


def test_each_language_is_told_as_itself() -> None:
    for text, code in ((KOREAN, "ko"), (ENGLISH, "en"), (JAPANESE, "ja"), (CHINESE, "zh"), (RUSSIAN, "other")):
        found = shares(text)
        assert max(("ko", "en", "ja", "zh", "other"), key=found.__getitem__) == code, found
        assert (found["mixed"], found["romanised"]) == (0, 0)


def test_a_chinese_page_that_dps_calls_korean_goes_and_so_do_japanese_and_english_ones() -> None:
    assert all("ㄱ" <= one <= "힣" for one in CHINESE if one.isalpha())  # dps's range of Korean
    for text in (CHINESE, JAPANESE, ENGLISH, RUSSIAN):
        assert language(text) == ["language.not_expected"]
    assert language(KOREAN) == []


def test_korean_with_code_and_english_terms_stays() -> None:
    code = "\n".join(f"const value{n} = await fetchRecords(client, {{ limit: {n} }});" for n in range(40))
    text = f"레코드를 가져오는 방법은 다음과 같다.\n\n```js\n{code}\n```\n\nREST API의 response는 JSON이다.\n"
    assert scores(text)["hangul_share.hangul"] < 0.06  # what the script rule alone would drop
    assert language(text) == []
    assert language("Kubernetes cluster에서 Pod network를 setup하고 kubectl로 status를 check한다.") == []
    assert language("MacBook Pro 14 M3 Max 36GB 1TB 팝니다") == []


def test_a_page_translated_in_its_headings_alone_goes_and_one_in_two_languages_stays() -> None:
    headings = "\n".join(f"제목 {n}\n{ENGLISH}" for n in range(6))
    assert language(headings) == ["language.not_expected"]
    both = "\n".join([KOREAN, ENGLISH] * 5)
    assert 0.5 < shares(both)["ko"] < 0.7
    assert language(both) == []


def test_the_nearest_page_that_is_not_expected_and_the_nearest_that_is() -> None:
    page = lambda n: "\n".join([KOREAN] * n + [ENGLISH] * 8)  # noqa: E731
    assert 0.25 < shares(page(2))["ko"] < 0.3 < shares(page(3))["ko"] < 0.4
    assert language(page(2)) == ["language.not_expected"]
    assert language(page(3)) == []


def test_a_machine_mixed_page_goes_and_a_foreign_quotation_stays() -> None:
    everything = language("\n".join([KOREAN, CHINESE, RUSSIAN, JAPANESE] * 3))
    assert everything == ["language.not_expected", "language.mixed"]
    assert language("\n".join([KOREAN, CHINESE] * 3)) == ["language.mixed"]
    assert language("\n".join([KOREAN] * 3 + [CHINESE])) == []
    page = lambda n: "\n".join([KOREAN] * n + [JAPANESE])  # noqa: E731
    assert shares(page(2))["mixed"] > 0.3 > shares(page(3))["mixed"] > 0.2
    assert (language(page(2)), language(page(3))) == (["language.mixed"], [])


MIXED = (
    "이 product는 very 좋은 품질을 가지고 있습니다. 我们的服务非常好, 请联系 us. お客様に 최고의 experience를 提供します. 今すぐ購入 立即购买.",
    "우리 회사는 좋은 물건을 만듭니다。您可以在我们的网站上购买产品。누리집에서 살 수 있습니다。お客様のご注文をお待ちしております。请联系我们的客服。",
)


@pytest.mark.parametrize("text", [*MIXED, "\n".join(MIXED), MIXED[0].replace(". ", ".\n"), "\n".join(MIXED * 6)])
def test_languages_that_a_machine_mixed_within_lines_are_counted_apart(text: str) -> None:
    found = shares(text)
    assert found["ja"] > 0.15 < found["zh"] and found["ko"] < 0.7
    assert "language.mixed" in language(text)


def test_a_japanese_or_chinese_page_with_hangul_in_every_line_goes_from_twice_the_hangul_on() -> None:
    for page, stays in (
        ("これはよいものです 정말 최고야", True),
        ("これはとてもよいものですから 정말 최고야", False),
        ("这个东西真的很好 정말 좋은 것", True),
        ("我们觉得这个东西真的非常好 정말 좋아", False),
    ):
        assert (language(page) == []) == stays, page


@pytest.mark.parametrize(
    "text",
    [
        "일본어 인사말을 배워 보자. 아침에는 おはようございます, 낮에는 こんにちは, 고마울 때는 ありがとうございます라고 한다.",
        "私は学生です。 저는 학생입니다.\nこれは本です。 이것은 책입니다.\n駅はどこですか。 역은 어디입니까?",
        "중국어로 여러분 안녕하세요는 你们好, 고맙습니다는 谢谢, 다시 만나요는 再见이라고 한다.",
        "배울 학은 한국에서 學, 일본에서 学, 중국에서도 学으로 쓰고, 한어는 汉语 또는 かんご라고 한다. 나라마다 글자 모양이 다르다.",
        "한국어 | 日本語(にほんご) | 简体中文\n우리 도서관은 아침 아홉 시에 문을 열고 저녁 여섯 시에 닫는다. 월요일은 쉰다.",
        "漢字文化圈의 文字를 比較하면 中國의 简体字는 字劃을 줄인 것이고 日本의 カナ는 漢字에서 온 音節文字이며 韓國의 漢字는 正字이다.",
        '論語의 첫 구절은 "學而時習之 不亦說乎"이다. 有朋自遠方來 不亦樂乎는 벗이 먼 곳에서 찾아오면 즐겁지 아니한가이다.',
        "Kubernetes cluster에서 Pod를 만들고 東京 region의 status를 check한다. 오류 메시지는 エラー로 시작한다.",
    ],
)
def test_quoted_words_parallel_sentences_and_hanja_stay(text: str) -> None:
    assert language(text) == []


def test_romanised_korean_goes_under_its_own_reason_and_english_about_korea_does_not() -> None:
    assert language(ROMANISED) == ["language.romanised", "language.not_expected"]
    about = "In Seoul they eat kimchi and bulgogi in a hanok near Gyeongbokgung before the noraebang opens at nine."
    assert shares(about)["romanised"] == 0
    assert language(about) == ["language.not_expected"]
    few = "Annyeonghaseyo, mannaseo bangapseumnida, jal butakdeurimnida"  # below ten words nothing is said
    assert shares(few)["romanised"] == 0


def test_a_kind_is_judged_by_the_languages_that_it_expects() -> None:
    for text in (ENGLISH, JAPANESE, "\n".join([ENGLISH, JAPANESE])):
        assert language(text, "wiki", WIKI) == []
    assert language(KOREAN, "wiki", WIKI) == ["language.not_expected"]
    assert language(ROMANISED, "wiki", WIKI) == ["language.not_expected"]  # romanised is a fault of Korean
    assert language(CHINESE, "wiki", WIKI) == ["language.not_expected"]
    assert language(RUSSIAN, "글", {"글": KindConfig(languages=("ru",))}) == []
    assert language(CHINESE, "글", {"글": KindConfig(languages=())}) == []


def test_the_sum_of_what_is_expected_is_what_is_compared_and_reported() -> None:
    columns = {
        "kind": ["wiki", "blog", "wiki"],
        "source": ["x"] * 3,
        "text": [KOREAN, ENGLISH, "\n".join([ENGLISH, JAPANESE])],
    }
    rows = catalog.score_batch(DocumentBatch(pa.record_batch(columns)))
    decided = decide(rows, FilterConfig(), WIKI)
    row = rows.to_pylist()
    assert decided.value.to_pylist()[0] == row[0]["language.en"] + row[0]["language.ja"]
    assert decided.all_reasons.to_pylist()[2] == []
    assert row[2]["language.en"] < 0.9 < row[2]["language.en"] + row[2]["language.ja"]
    assert decided.threshold.to_pylist() == [0.3, 0.06, None]


def test_too_little_hangul_for_a_model_is_korean_by_its_script() -> None:
    for text in (
        "굿",
        "ㅋㅋㅋㅋㅋ",
        "ㅠ",
        "만박할겤" + "ㅋ" * 200,
        "최고의 영화",
        unicodedata.normalize("NFD", "좋은 글"),
    ):
        assert shares(text)["ko"] == 1, text


def test_old_korean_in_mixed_script_is_korean() -> None:
    text = "吾等은 玆에 我 朝鮮의 獨立國임과 朝鮮人의 自主民임을 宣言하노라. 此로써 世界萬邦에 告하야 人類平等의 大義를 克明하며"
    assert language(text) == []


@pytest.mark.parametrize("text", [None, "", " \n", "1234 !!", "😀", "가", "a", "中", "\n" * 1000])
def test_every_text_has_scores_in_range(text: str | None) -> None:
    found = shares(text)
    assert all(0 <= value <= 1 for value in found.values())
    assert sum(found[code] for code in ("ko", "en", "ja", "zh", "other")) in (0, pytest.approx(1, abs=0.03))


def test_ten_megabytes_cost_a_sample() -> None:
    assert language((KOREAN + "\n") * 70_000) == []
    assert language((CHINESE + "\n") * 70_000) == ["language.not_expected"]


def test_scores_do_not_depend_on_the_batch() -> None:
    texts = [KOREAN, None, ENGLISH, "", ROMANISED, "\n".join([KOREAN, CHINESE]), "가", JAPANESE, RUSSIAN] * 3
    rule = Language()
    together = rule.score(DocumentBatch(pa.record_batch({"text": pa.array(texts)})))
    for size in (1, 4, 7):
        for first in range(0, len(texts), size):
            part = rule.score(
                DocumentBatch(pa.record_batch({"text": pa.array(texts[first : first + size], pa.string())}))
            )
            for name, values in part.items():
                np.testing.assert_array_equal(values, together[name][first : first + size])
                assert values.dtype == np.float32


def test_each_check_can_be_switched_off() -> None:
    config = FilterConfig(language=LanguageThresholds(expected=None, mixed=None, romanised=None))
    for text in (ENGLISH, ROMANISED, "\n".join([KOREAN, CHINESE])):
        assert language(text, config=config) == []


def test_labels_of_other_models_are_counted_in_the_same_columns() -> None:
    found = [
        column(label) for label in ("ko", "kor_Hang", "en", "eng_Latn", "zho_Hans", "cmn_Hani", "zh-TW", "jpn", "kok")
    ]
    assert found == ["ko", "ko", "en", "en", "zh", "zh", "zh", "ja", "other"]


def pinned(path: Path) -> PinnedFile:
    return PinnedFile(file=str(path), digest=hashlib.sha256(path.read_bytes()).hexdigest())


def test_the_users_own_model_scores_instead_of_the_shipped_one(tmp_path: Path) -> None:
    library = pytest.importorskip("fasttext")
    rows = [f"__label__kor_Hang {KOREAN}", f"__label__eng_Latn {ENGLISH}"]
    (tmp_path / "train.txt").write_text("\n".join(rows * 20) + "\n", encoding="utf-8")
    model = library.train_supervised(
        input=str(tmp_path / "train.txt"), dim=8, bucket=500, minn=2, maxn=3, epoch=100, lr=0.5, thread=1, verbose=0
    )
    model.save_model(str(tmp_path / "own.bin"))
    config = FilterConfig(language=LanguageThresholds(model=pinned(tmp_path / "own.bin")))
    assert catalog.pinned(config) == (
        ("language", "model", str(tmp_path / "own.bin"), pinned(tmp_path / "own.bin").digest),
    )
    batch = DocumentBatch(pa.record_batch({"text": [KOREAN, CHINESE]}))
    rows_of = catalog.score_batch(batch, catalog.scorers(catalog.pinned(config))).to_pylist()
    assert rows_of[0]["language.ko"] > 0.9
    assert rows_of[1]["language.zh"] == 0  # the model knows two languages


def test_a_model_that_is_not_the_pinned_one_or_knows_no_korean_stops_before_any_work(tmp_path: Path) -> None:
    shipped = Path(str(files("filters.language") / "models" / "lid.176.ftz"))
    wrong = FilterConfig(language=LanguageThresholds(model=PinnedFile(file=str(shipped), digest="0" * 64)))
    with pytest.raises(ConfigError, match=r"filters\.language\.model\.digest"):
        catalog.scorers(catalog.pinned(wrong))
    data = shipped.read_bytes().replace(b"__label__ko\0", b"__label__qq\0")
    (tmp_path / "other.ftz").write_bytes(data)
    with pytest.raises(ConfigError, match="knows no Korean"):
        catalog.scorers(catalog.pinned(FilterConfig(language=LanguageThresholds(model=pinned(tmp_path / "other.ftz")))))


def records(path: Path, step: int = 1) -> list[dict[str, Any]]:
    lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(path.read_bytes()), "utf-8")
    return [json.loads(line) for number, line in enumerate(lines) if number % step == 0]


def verdicts(texts: list[str]) -> list[list[str]]:
    found = catalog.score_batch(DocumentBatch(pa.record_batch({"text": texts})), [rule for rule, _ in catalog.RULES])
    return [
        [reason for reason in row if reason.startswith("language.")]
        for row in decide(found, FilterConfig()).all_reasons.to_pylist()
    ]


def test_of_a_thousand_real_korean_documents_at_most_five_go(shared_data: Path) -> None:
    texts = []
    for path in sorted((shared_data / "docs").glob("*.jsonl.zst")):
        step = max(path.stat().st_size // 60_000, 1)
        rows = [row["text"] for row in records(path, step) if row["lang"] == "ko"]
        texts += [text for text in rows if len("".join(text.split())) >= 100]
    assert len(texts) > 1000
    assert sum(map(bool, verdicts(texts))) <= 0.005 * len(texts)


def test_every_real_page_in_another_language_goes(shared_data: Path) -> None:
    texts = [
        row["text"]
        for row in records(shared_data / "docs" / "langid_installguide_multilang.jsonl.zst")
        if row["lang"] != "ko"
    ]
    for name in ("en", "ja", "zh"):
        rows = records(shared_data / "html" / f"mdn_archive_{name}_sample.jsonl.zst", 9)
        texts += [text for text in (extract(row["html"]).text for row in rows) if len("".join(text.split())) >= 100]
    assert len(texts) > 280
    assert all(verdicts(texts))


def romanised(text: str) -> str:
    """Letter by letter after the Revised Romanization, without assimilation."""
    initials = dict(zip(INITIALS, "g kk n d tt r m b pp s ss . j jj ch k t p h".split(), strict=True))
    vowels = dict(zip(VOWELS, "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(), strict=True))
    finals = ". k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()
    result = ""
    for one in text:
        place = ord(one) - 0xAC00
        if 0 <= place < 11172:
            one = initials[INITIALS[place // 588]] + vowels[VOWELS[place // 28 % 21]] + finals[place % 28]
        result += one.replace(".", "") if len(one) > 1 else one
    return result


def test_real_korean_in_latin_letters_goes_and_mostly_by_its_own_reason(shared_data: Path) -> None:
    texts = [
        row["text"]
        for name in ("petitions", "wikinews_ko", "fairytale")
        for row in records(shared_data / "docs" / f"{name}.jsonl.zst", 9)
    ]
    found = verdicts([romanised(text) for text in texts if len(text) > 150])
    assert len(found) > 300
    assert sum(bool(row) for row in found) >= 0.99 * len(found)
    assert sum("language.romanised" in row for row in found) >= 0.97 * len(found)
