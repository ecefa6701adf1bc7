"""Prose: which lines count, and what the model is given of them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import hypothesis.strategies as st
import pyarrow as pa
import pytest
import zstandard
from hypothesis import given

from corpus.document import text_buffers
from filters.language.prose import Prose
from tests.oracles import prose as oracle

KOREAN = "말모이는 우리말 사전을 만들려던 모임이 모은 원고이다."
ENGLISH = "The dictionary was never printed in those years."


def read(*texts: str | None) -> list[tuple[dict[str, int], dict[str, str]]]:
    found = Prose.read(text_buffers(pa.array(texts, pa.string())))
    result = [(dict(zip(oracle.GROUPS, row.tolist(), strict=True)), {}) for row in found.weights]
    for k, (document, group) in enumerate(zip(found.document.tolist(), found.group.tolist(), strict=True)):
        sample = bytes(found.samples.data[found.samples.offsets[k] : found.samples.offsets[k + 1]]).decode()
        result[document][1][oracle.GROUPS[group]] = sample
    return result


def weights(text: str) -> dict[str, int]:
    return {name: weight for name, weight in read(text)[0][0].items() if weight}


def test_a_korean_line_full_of_terms_is_korean_and_its_sample_holds_no_term() -> None:
    text = "Kubernetes 클러스터에서 Pod 네트워크를 설정한다"
    assert weights(text) == {"hangul": 3 * 15}
    assert read(text)[0][1] == {}  # so little Hangul needs no model
    assert read("\n".join([text] * 7))[0][1] == {"hangul": "클러스터에서 네트워크를 설정한다 " * 7}


@pytest.mark.parametrize(
    "line",
    [
        "for i in range(10): print(values[i], end=' ')",
        "$ kubectl get pods --all-namespaces -o wide | grep Running",
        "Install Guide",  # four words or fewer are a label
        "    The indented line is code to Markdown however it reads.",
        "https://example.org/a/b https://example.org/c see also this",
    ],
)
def test_code_labels_and_addresses_weigh_nothing_beside_prose(line: str) -> None:
    assert weights(f"{KOREAN}\n{line}") == weights(KOREAN)


def test_five_latin_words_are_prose_and_four_are_not() -> None:
    assert weights(f"{KOREAN}\nThe book has been printed.")["latin"] == len("Thebookhasbeenprinted")
    assert "latin" not in weights(f"{KOREAN}\nThe book is printed.")


def test_a_latin_line_inside_a_fence_is_code_and_behind_it_prose_again() -> None:
    assert "latin" not in weights(f"{KOREAN}\n```\n{ENGLISH}\n```")
    assert "latin" in weights(f"{KOREAN}\n```\nx = 1\n```\n{ENGLISH}")


def test_code_alone_stands_in_where_there_is_no_prose() -> None:
    assert weights("import os\nprint(os.name)") == {"rest": len("importos" + "printosname")}
    assert read("import os\nprint(os.name)")[0][1]["rest"] == "import os print(os.name) "


def test_jamo_are_hangul_and_no_letters_for_a_model() -> None:
    assert weights("ㅋㅋㅋㅋ ㅠㅠ") == {"hangul": 18}
    assert read("ㅋㅋㅋㅋ ㅠㅠ")[0][1] == {}


def test_a_sample_has_at_most_six_hundred_characters_of_beginning_middle_and_end() -> None:
    text = "\n".join(f"{number:04d}번째 줄은 이렇게 적는다" for number in range(1000))
    ((_, found),) = read(text)
    sample = found["hangul"]
    assert len(sample) <= 600
    assert [name in sample for name in ("0000번째", "0100번째", "0500번째", "0900번째", "0999번째")] == [
        True, False, True, False, True,
    ]  # fmt: skip
    mixed = "\n".join([text, *[f"{ENGLISH} {'日本語の文章です。' * 9}" for _ in range(200)], *[ENGLISH] * 300])
    ((_, found),) = read(mixed)
    assert sorted(found) == ["han", "hangul", "latin"]
    assert sum(map(len, found.values())) <= 600


def test_text_without_spaces_and_ten_megabytes_are_sampled_within_bounds() -> None:
    for text in ("가" * 3_400_000, "中" * 3_400_000, "a" * 10_000_000, "가 " * 2_500_000, "\n" * 10_000_000):
        ((_, found),) = read(text)
        assert all(len(sample) <= 600 for sample in found.values())


def test_null_and_empty_have_no_prose() -> None:
    assert read(None, "", " \n", "1234 !!") == [(dict.fromkeys(oracle.GROUPS, 0), {})] * 4
    assert read() == []


PIECES = [
    "가나다", "말모이는 ", "ㅋㅋ", "漢字", "かな", "the ", "words ", "don't ", "x=1 ", "a-b ", "(word), ", "/usr/lib ", "```", "~~~",
    "\n", "\n\n", "    ", "\t", " ", "é", "Ω", "русский ", "1234", "“quoted” ", "我们", "购 ", "提供します ", "ー", "가" * 45, "b" * 45 + " ", "\u200b", "한글/영어 ",
    "The dictionary was never printed in those years. ",
]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=120).map("".join), max_size=4))
def test_the_kernel_is_what_the_definition_says(texts: list[str]) -> None:
    for text, (weighed, samples) in zip(texts, read(*texts), strict=True):
        assert weighed == oracle.lines(text)[1]
        assert samples == oracle.samples(text)


def test_it_is_so_on_real_texts(shared_data: Path) -> None:
    for name in ("nodejs_ko_blog", "langid_installguide_multilang", "tensorflow_ko", "petitions"):
        data = (shared_data / "docs" / f"{name}.jsonl.zst").read_bytes()
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(data), "utf-8")
        texts = [json.loads(line)["text"] for number, line in enumerate(lines) if number % 17 == 0][:8]
        for text, (weighed, samples) in zip(texts, read(*texts), strict=True):
            assert weighed == oracle.lines(text)[1]
            assert samples == oracle.samples(text)
