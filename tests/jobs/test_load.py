"""The configuration is read strictly, and every value knows where it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import ConfigError
from jobs import load
from jobs.cli import leaves, main

MINIMAL = """\
inputs:
  - name: 블로그
    uri: docs/*.jsonl
    class: permitted
    kind: blog
    rights: {basis: own}
mix:
  total_tokens: 1000
  mode: fixed
  kinds: {blog: {weight: 1}}
"""


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "설정.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_defaults_file_environment_and_set_in_rising_precedence(tmp_path: Path) -> None:
    uri = write(tmp_path, MINIMAL)
    environment = {"MALMOI_MIX__TOTAL_TOKENS": "2000", "MALMOI_SEED": "5", "HOME": "/root"}
    loaded = load.load(uri, ["mix.total_tokens=3000"], environment=environment)
    assert loaded.config.mix.total_tokens == 3000
    assert loaded.config.seed == 5
    assert loaded.config.mix.max_epochs == 4.0
    assert loaded.origins["mix.total_tokens"] == "--set mix.total_tokens"
    assert loaded.origins["seed"] == "MALMOI_SEED"
    assert loaded.origins["inputs.0.kind"] == f"{uri}:5"


def test_relative_uris_are_read_against_the_file(tmp_path: Path) -> None:
    assert load.load(write(tmp_path, MINIMAL), environment={}).config.inputs[0].uri == f"{tmp_path}/docs/*.jsonl"


def test_json_round_trip_keeps_the_configuration(tmp_path: Path) -> None:
    config = load.load(write(tmp_path, MINIMAL), environment={}).config
    assert load.from_json(load.to_json(config)) == config
    assert load.to_json(config)["inputs"][0]["class"] == "permitted"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("  total_tokens", "  total_token"), r":8: unknown key 'mix.total_token'. Did you mean 'total_tokens'\?"),
        (("mix:", "verdicts: [v.csv]\nmix:"), r"unknown key 'verdicts'. Did you mean 'select.verdicts'\?"),
        (("mix:", "mixx:"), "unknown key 'mixx'. Did you mean 'mix'"),
        (("    kind: blog", "    kind: blog\n    kind: news"), r":6: key 'kind' is given twice"),
        (("1000", "many"), r":8: mix.total_tokens: input should be a valid integer"),
        (("1000", "'1000'"), "mix.total_tokens: input should be a valid integer"),
        (("    rights: {basis: own}\n", ""), r"inputs.0.rights: is required. State who permits the use"),
        (("basis: own", "basis: mine"), "Known bases: own, license"),
        (("basis: own", "evidence: x"), "inputs.0.rights.basis: is required"),
        (("docs/*.jsonl", "'{input}/*.jsonl'"), "needs a folder or file. Give it as --input"),
        (("mode: fixed", "mode: proportional"), "proportional"),
        (("inputs:", "seed: &a 1\nkinds: *a\ninputs:"), "aliases are not read"),
        (("inputs:", "inputs: ["), "not valid YAML"),
    ],
)
def test_errors_name_the_line_the_key_and_the_fix(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load.load(write(tmp_path, MINIMAL.replace(*change)), environment={})


def test_an_input_that_nothing_takes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no input of this configuration takes it"):
        load.load(write(tmp_path, MINIMAL), input_uri="docs", environment={})


def test_two_inputs_of_one_name_are_an_error(tmp_path: Path) -> None:
    twice = MINIMAL.replace("mix:", MINIMAL.split("inputs:\n")[1].split("mix:")[0] + "mix:")
    with pytest.raises(ConfigError, match="the name '블로그' is given twice"):
        load.load(write(tmp_path, twice), environment={})


def test_a_misspelt_environment_variable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown key 'mix.total_tokenz'"):
        load.load(write(tmp_path, MINIMAL), environment={"MALMOI_MIX__TOTAL_TOKENZ": "1"})


def test_the_command_exits_2_and_names_the_key_without_a_basis(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    uri = write(tmp_path, MINIMAL.replace("    rights: {basis: own}\n", ""))
    assert main(["run", "--config", uri, "--output", str(tmp_path / "run")]) == 2
    assert "inputs.0.rights" in capsys.readouterr().err


def test_config_show_prints_every_leaf_with_its_origin(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    uri = write(tmp_path, MINIMAL)
    assert main(["config", "show", "--config", uri, "--origin"]) == 0
    shown = capsys.readouterr().out
    assert f"mix.total_tokens = 1000  # {uri}:8" in shown
    assert "dedup.jaccard = 0.8  # built-in" in shown
    assert len(shown.splitlines()) == len(leaves(load.to_json(load.load(uri, environment={}).config), ""))
