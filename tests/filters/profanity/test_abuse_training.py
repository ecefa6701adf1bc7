"""What the model of abuse may learn from: labels as their authors meant them, and no text of any test split."""

from __future__ import annotations

from collections import Counter

import pytest

from corpus.errors import InputError
from filters.profanity import training
from filters.profanity.training import SETS, Record, examples, meaning, record, trained


def labelled(source: str, text: str, label: object, split: str | None = "train", number: int = 1) -> Record:
    return Record(f"{source}-{number}", source, text, label, split)


@pytest.mark.parametrize(
    ("source", "label", "expected"),
    [
        ("kmhas", ["none"], (False, False)),
        ("kmhas", ["politics", "profanity"], (True, True)),
        ("kmhas", ["age"], (False, True)),
        ("curse_2runo", 1, (True, True)),
        ("curse_2runo", 0, (False, False)),
        ("beep_hate", "offensive", (None, True)),
        ("beep_hate", "none", (False, False)),
        ("malicious_zizun", 0, (None, True)),  # 0 is malicious there, 1 is normal
        ("malicious_zizun", 1, (False, False)),
        ("apeach", "Spoiled", (None, True)),
        ("kosbi", "safe", (False, False)),
        ("kosbi", "unsafe", (None, None)),  # a bias, not abuse by words
        ("nsmc", 10, (False, False)),
        ("nsmc", 1, (None, None)),
        ("toxic_songys", ["toxic"], (None, None)),  # any bad review
    ],
)
def test_labels_mean_what_their_authors_meant(source: str, label: object, expected: tuple[object, object]) -> None:
    assert meaning(labelled(source, "글", label)) == expected


def test_no_text_that_folds_to_one_of_a_test_split_is_learnt_from() -> None:
    found = examples(
        [
            labelled("kmhas", "이 영화 진짜!! 별로다", ["none"]),
            labelled("toxic_songys", "이영화 진짜 별로다...", ["toxic"], "test"),  # of another set
            labelled("beep_hate", "나쁜 말이다", "hate", number=2),
        ],
        [],
    )
    assert [example.text for example in found["hate"]] == ["나쁜 말이다"]
    assert found["profanity"] == []


def test_hate_is_learnt_by_the_set_and_what_is_without_is_dealt_out_among_the_sets() -> None:
    told = {"beep_hate": ("hate", "none"), "kmhas": (["age"], ["none"]), "apeach": ("Spoiled", "Spoiled")}
    sets = [
        labelled(name, f"{name} 글 {label}", label, number=number)
        for name, both in told.items()
        for number, label in enumerate(both, 1)
    ]
    reviews = [labelled("kosbi", f"{number}번째 문장이다", "safe", number=number) for number in range(60)]
    found = examples([*sets, *reviews], [])
    of = {example.id: example for example in found["hate"]}
    assert (of["beep_hate-1"].group, of["beep_hate-1"].weight) == ("beep_hate", 2.0)
    assert (of["kmhas-1"].group, of["kmhas-1"].weight) == ("kmhas", 1.0)
    dealt = Counter(example.group for name, example in of.items() if name.startswith("kosbi"))
    assert set(dealt) == {"beep_hate", "kmhas"} and max(dealt.values()) < 45  # apeach tells of one side alone here
    assert {(example.group, example.weight) for example in found["profanity"]} == {("", 1.0)}
    alone = examples([*sets[2:4], *reviews], [])["hate"]  # of one set
    assert {example.group for example in alone} == {""}
    assert set(SETS) >= set(told)


def test_a_text_of_two_sets_is_learnt_once_by_the_set_that_says_more() -> None:
    found = examples(
        [labelled("malicious_zizun", "나쁜말 이다", 0), labelled("curse_2runo", "나쁜 말이다", 1)],
        [],
    )
    plain, tensed = found["profanity"]
    assert (plain.id, plain.label, tensed.id, tensed.label) == ("curse_2runo-1", True, "curse_2runo-1 tensed", True)
    assert [(e.id, e.label) for e in found["hate"]] == [("curse_2runo-1", True)]


def test_clean_documents_give_windows_of_one_half_to_both_heads() -> None:
    documents = [
        Record(f"d-{n}", "statutes", f"제{n}조 " + "이 법은 나라의 말을 기른다. " * 40, None, None) for n in range(40)
    ]
    found = examples([], documents)
    assert [e.text for e in found["profanity"]] == [e.text for e in found["hate"]]
    seen = {example.id.split(" ")[0] for example in found["hate"]}
    assert seen == {d.id for d in documents if training.half(d.id)} and 10 < len(seen) < 30
    assert all(not example.label and len(example.text) in training.WINDOW for example in found["hate"])
    assert len(found["hate"]) == training.WINDOWS * len(seen)
    assert sorted(examples([], documents[::-1])["hate"], key=lambda e: e.id) == sorted(
        found["hate"], key=lambda e: e.id
    )


def test_a_line_without_its_fields_is_an_error_that_names_them() -> None:
    whole = {"id": "a", "source": "kmhas", "text": "글", "label": ["none"], "split": "train"}
    assert record(whole, "set.jsonl:1").label == ["none"]
    for line in ({"id": "a", "text": "글"}, [], None, {**whole, "text": 3}):
        with pytest.raises(InputError, match="set.jsonl:7: has no id, source and text"):
            record(line, "set.jsonl:7")


def test_the_heads_are_trained_and_tell_plain_cases_apart() -> None:
    pytest.importorskip("sklearn")
    good = ["오늘 날씨가 참 좋네요", "영화 잘 보고 갑니다", "내일 만나요 여러분", "점심에 국수를 먹었다"]
    bad = ["이런 씨발 뭐하는 짓", "병신 같은 놈들", "꺼져라 개새끼야", "지랄하고 있네 진짜"]
    records = [
        labelled("kmhas", f"{text} {word}{n}", ["profanity"] if text in bad else ["none"], number=n * 10 + m)
        for n, word in enumerate("가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노")
        for m, text in enumerate(good + bad)
    ]
    model = trained(records, [])
    assert [head.name for head in model.heads] == ["profanity", "hate"]
    margins = model.margins(training_inputs(["씨발 병신", "좋은 날씨네요"]))
    for head in ("profanity", "hate"):
        high, low = margins.probability(head).tolist()
        assert high > 0.5 > low
    assert model.facts["hate"]["positive"] == 120 < model.facts["profanity"]["positive"]  # with tense spellings


def test_tense_copies_come_of_fitted_texts_of_both_labels_alike() -> None:
    records = [
        labelled(
            "kmhas",
            f"{'병신 ' if n % 5 == 0 else ''}바보 자리 {n}",
            ["profanity"] if n % 5 == 0 else ["none"],
            number=n,
        )
        for n in range(200)
    ]
    found = examples(records, [])["profanity"]
    tensed = [e for e in found if e.id.endswith(" tensed")]
    fitted = {e.id for e in found} - {e.id for e in tensed}
    assert sum(e.label for e in tensed) > 30 and len(tensed) > 4 * sum(e.label for e in tensed)
    assert {e.id.removesuffix(" tensed") for e in tensed} < fitted
    respelled = [bool(set(e.text) & set("뼝씬빠뽀짜")) for e in tensed]
    assert sum(respelled) > 0.8 * len(tensed)
    assert not [e for e in examples(records, [])["hate"] if e.id.endswith(" tensed")]


def training_inputs(texts: list[str]):  # type: ignore[no-untyped-def]
    from filters.linear.training import inputs

    return inputs(texts, training.SPEC)
