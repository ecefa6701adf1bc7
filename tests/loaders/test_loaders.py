"""What malmoi publishes, opened by the libraries that train on it (make test-loaders).

MALMOI_RUN names a run of your own to open; else a small one is written by MALMOI_PYTHON, the Python
that malmoi is installed in.
"""

from __future__ import annotations

import os
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.loaders

ROOT = Path(__file__).resolve().parents[2]
MOST = 2_000  # documents compared in one shard of a large run
TRIES = (
    "",
    "가",
    "오늘은 말뭉치를 만듭니다.  띄어쓰기\t두 칸\r\n",
    unicodedata.normalize("NFD", "첫가끝으로 적은 한글"),
    "👩‍👩‍👧‍👦🇰🇷 ㅋㅋㅋ",
    "문서 안의 <|endoftext|> 글자",
    "문의는 010-****-**** 이나 ****@example.kr 로 주세요.",
    "****-****-**** *****@ ****-****@<|endoftext|>****@",
)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if given := os.environ.get("MALMOI_RUN"):
        return Path(given)
    python = os.environ.get("MALMOI_PYTHON", str(ROOT / ".venv" / "bin" / "python"))
    folder = tmp_path_factory.mktemp("run")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([python, str(Path(__file__).with_name("make_run.py")), str(folder)], check=True, env=environment)
    return folder


@pytest.fixture(scope="session")
def tokenizer(run: Path) -> Any:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    if (run / "tokenizer" / "tokenizer_config.json").exists():
        return AutoTokenizer.from_pretrained(str(run / "tokenizer"))
    return PreTrainedTokenizerFast(tokenizer_file=str(run / "tokenizer" / "tokenizer.json"))


def shards(run: Path, form: str, suffix: str) -> list[Path]:
    found = sorted((run / "shards" / form).glob(f"shard-*{suffix}"))
    if not found:
        pytest.skip(f"the run holds no {form} shards")
    return found


def mixed(run: Path, shard: Path) -> list[str]:
    """The texts that a shard was made from, in order."""
    import pyarrow.parquet as pq

    part = run / "mixed" / (shard.name.split(".")[0].replace("shard-", "part-") + ".parquet")
    texts: list[str] = pq.read_table(part, columns=["text"]).column("text").to_pylist()
    return texts


def library(run: Path) -> Any:
    from tokenizers import Tokenizer

    loaded = Tokenizer.from_file(str(run / "tokenizer" / "tokenizer.json"))
    loaded.encode_special_tokens = True
    return loaded


def end(run: Path) -> int:
    number: int = library(run).token_to_id("<|endoftext|>")
    return number


def test_megatron_core_opens_every_shard_and_reads_the_same_ids(run: Path) -> None:
    from megatron.core.datasets.indexed_dataset import IndexedDataset

    encoder, stop = library(run), end(run)
    for path in shards(run, "megatron", ".bin"):
        texts = mixed(run, path)
        dataset = IndexedDataset(str(path.with_suffix("")))
        assert len(dataset) == len(texts) == len(dataset.document_indices) - 1
        for number, text in enumerate(texts[:MOST]):
            assert dataset[number].tolist() == [*encoder.encode(text, add_special_tokens=False).ids, stop]
        assert int(dataset.sequence_lengths.sum()) * dataset.index.dtype_size == path.stat().st_size


def test_transformers_encodes_as_the_shards_do(run: Path, tokenizer: Any) -> None:
    encoder = library(run)
    for text in TRIES:
        ids = tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]
        assert ids == encoder.encode(text, add_special_tokens=False).ids
        assert end(run) not in ids


def test_transformers_decodes_to_the_text_in_nfc(run: Path, tokenizer: Any) -> None:
    for text in TRIES:
        ids = tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]
        assert tokenizer.decode(ids, clean_up_tokenization_spaces=False) == unicodedata.normalize("NFC", text)


def test_transformers_knows_the_end_of_document(run: Path, tokenizer: Any) -> None:
    assert tokenizer.convert_tokens_to_ids("<|endoftext|>") == end(run)
    assert tokenizer.decode([end(run)], skip_special_tokens=True) == ""


def test_datasets_loads_parquet_shards_with_their_ids(run: Path, tmp_path: Path) -> None:
    import datasets

    encoder, stop = library(run), end(run)
    for path in shards(run, "parquet", ".parquet"):
        texts = mixed(run, path)
        loaded = datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=str(tmp_path))
        assert loaded["text"][:] == texts
        for row in loaded.select(range(min(MOST, len(texts)))):
            assert row["input_ids"] == [*encoder.encode(row["text"], add_special_tokens=False).ids, stop]


def test_datasets_loads_jsonl_shards_with_their_texts(run: Path, tmp_path: Path) -> None:
    import datasets

    for path in shards(run, "jsonl", ".jsonl"):
        loaded = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path))
        assert loaded["text"][:] == mixed(run, path)


def test_provenance_opens_as_a_dataset_that_names_every_licence(run: Path, tmp_path: Path) -> None:
    import datasets

    files = sorted(str(path) for path in (run / "shards").glob("*/provenance/*.parquet"))
    loaded = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=str(tmp_path))
    assert len(loaded) > 0 and None not in loaded["rights_basis"][:]
