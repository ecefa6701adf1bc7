"""Reads the configuration strictly: YAML file < environment < --set, every value with its origin.

Unknown keys, duplicate keys and wrong types are errors that name the file, the line and the nearest
known key.  yaml and pydantic are used here and nowhere else.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml
from pydantic import TypeAdapter, ValidationError

from corpus import storage
from corpus.errors import ConfigError
from corpus.sources.adapters import adapter
from filters import catalog
from jobs.config import Config
from jobs.tasks import quantiles
from mixer import recipe

ENVIRONMENT = "MALMOI_"
# Variables of the command line itself, not of the configuration.
NOT_KEYS = frozenset({"MALMOI_PAUSE_AT", "MALMOI_RUN", "MALMOI_PYTHON", "MALMOI_TIMEOUT"})

FIXES = {
    "rights": "State who permits the use, for example `rights: {basis: own}` for files that are yours to use",
    "basis": "Known bases: own, license, contract, public-domain, statute",
    "inputs": "List at least one input",
}


@dataclass
class Loaded:
    """A configuration and where each of its values came from (dotted path -> origin)."""

    config: Config
    origins: dict[str, str] = field(default_factory=dict)


def load(
    uri: str,
    assignments: Sequence[str] = (),
    input_uri: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Loaded:
    """Read ``uri``, then MALMOI_ variables, then ``key=value`` assignments.  Raises ConfigError."""
    origins: dict[str, str] = {}
    tree = _read_yaml(uri, origins)
    for name, value in sorted((os.environ if environment is None else environment).items()):
        if name.startswith(ENVIRONMENT) and name not in NOT_KEYS:
            path = name[len(ENVIRONMENT) :].lower().replace("__", ".")
            _assign(tree, path, _scalar(value, name), name, origins)
    for assignment in assignments:
        path, mark, value = assignment.partition("=")
        if not mark:
            raise ConfigError("--set", f"{assignment!r} is not key=value")
        _assign(tree, path.strip(), _scalar(value, "--set"), f"--set {path.strip()}", origins)
    _check_keys(tree, Config, "", origins, uri)
    _resolve_paths(tree, uri, input_uri)
    return Loaded(_validate(tree, origins, uri), origins)


def from_json(tree: Mapping[str, Any]) -> Config:
    """The Config that ``to_json`` wrote.  Raises ConfigError."""
    return _validate(json.loads(json.dumps(tree)), {}, "config.json")


def published(run: str, assignments: Sequence[str] = ()) -> Config:
    """The configuration that a run was made under, with ``key=value`` assignments over it."""
    tree: dict[str, Any] = json.loads(storage.read_bytes(storage.join(run, "config.json")))
    origins: dict[str, str] = {}
    for assignment in assignments:
        path, mark, value = assignment.partition("=")
        if not mark:
            raise ConfigError("--set", f"{assignment!r} is not key=value")
        _assign(tree, path.strip(), _scalar(value, "--set"), f"--set {path.strip()}", origins)
    _check_keys(tree, Config, "", origins, "config.json")
    return _validate(tree, origins, "config.json")


def to_json(config: Config) -> dict[str, Any]:
    """Plain JSON of a configuration, keys as in YAML."""
    plain: dict[str, Any] = _plain(config)
    return plain


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name.rstrip("_"): _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


# ------------------------------------------------------------------ YAML with line numbers


def _read_yaml(uri: str, origins: dict[str, str]) -> dict[str, Any]:
    data = storage.read_bytes(uri)
    if len(data) > 4 * 1024 * 1024:
        raise ConfigError(uri, "the file exceeds 4 MiB; this is no configuration")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(data, Loader=yaml.SafeLoader)):
            raise ConfigError(uri, "YAML aliases are not read", "Write the value out")
        node = yaml.compose(data, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{uri}:{mark.line + 1}" if mark else uri
        raise ConfigError(
            place, f"not valid YAML ({getattr(error, 'problem', None) or type(error).__name__})"
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(uri, "the file must be a mapping of keys")
    tree: dict[str, Any] = _construct(node, "", uri, origins)
    return tree


def _construct(node: yaml.Node, path: str, uri: str, origins: dict[str, str]) -> Any:
    place = f"{uri}:{node.start_mark.line + 1}"
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                raise ConfigError(f"{uri}:{key_node.start_mark.line + 1}", f"key {key!r} is given twice")
            result[key] = _construct(value_node, f"{path}.{key}" if path else key, uri, origins)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, f"{path}.{index}", uri, origins) for index, item in enumerate(node.value)]
    origins[path] = place
    return _scalar_node(node)


def _scalar_node(node: yaml.Node) -> Any:
    constructor = yaml.SafeLoader("")
    try:
        value = constructor.construct_object(node)
    finally:
        constructor.dispose()
    return value if value is None or isinstance(value, bool | int | float | str) else str(node.value)


def _scalar(text: str, where: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(where, f"{text!r} is not a YAML value") from error


def _assign(tree: dict[str, Any], path: str, value: Any, origin: str, origins: dict[str, str]) -> None:
    place: Any = tree
    keys = path.split(".")
    for depth, key in enumerate(keys):
        last = depth == len(keys) - 1
        if isinstance(place, list):
            if not key.isdigit() or int(key) >= len(place):
                raise ConfigError(origin, f"{'.'.join(keys[: depth + 1])} names no item of a list of {len(place)}")
            if last:
                place[int(key)] = value
            else:
                place = place[int(key)]
        elif isinstance(place, dict):
            if last:
                place[key] = value
            else:
                place = place.setdefault(key, {})
        else:
            raise ConfigError(origin, f"{'.'.join(keys[:depth])} holds no keys")
    origins[path] = origin


# ------------------------------------------------------------------ strict keys


def _elsewhere(key: str) -> list[str]:
    """The one key of a top-level section that has this name, where the file gives it without its section."""
    sections = typing.get_type_hints(Config).items()
    found = [
        f"{name}.{key}"
        for name, kind in sections
        if dataclasses.is_dataclass(kind) and key in {item.name.rstrip("_") for item in dataclasses.fields(kind)}
    ]
    return found if len(found) == 1 else []


def _check_keys(value: Any, kind: Any, path: str, origins: Mapping[str, str], uri: str) -> None:
    """Every key must be known to the dataclass at its place; names the nearest one that is."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        for member in typing.get_args(kind):
            if member is not type(None):
                _check_keys(value, member, path, origins, uri)
        return
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        hints = typing.get_type_hints(kind)
        known = {item.name.rstrip("_"): hints[item.name] for item in dataclasses.fields(kind)}
        for key, item in value.items():
            here = f"{path}.{key}" if path else key
            if key not in known:
                near = _elsewhere(key) or difflib.get_close_matches(key, known, 1, 0.5)
                fix = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(sorted(known))}"
                raise ConfigError(_place(here, origins, uri), f"unknown key {here!r}", fix)
            _check_keys(item, known[key], here, origins, uri)
    elif origin is not None and origin is not Literal:
        arguments = typing.get_args(kind)
        if isinstance(value, list) and arguments:
            for index, item in enumerate(value):
                _check_keys(item, arguments[0], f"{path}.{index}", origins, uri)
        elif isinstance(value, dict) and len(arguments) == 2:
            for key, item in value.items():
                _check_keys(item, arguments[1], f"{path}.{key}", origins, uri)


def _place(path: str, origins: Mapping[str, str], uri: str) -> str:
    if path in origins:
        return origins[path]
    below = sorted(origin for key, origin in origins.items() if key.startswith(path + "."))
    return below[0] if below else uri


def _resolve_paths(tree: dict[str, Any], uri: str, input_uri: str | None) -> None:
    """Fill ``{input}``; read relative paths of the file against the file's own folder."""
    inputs = [item for item in tree.get("inputs") or [] if isinstance(item, dict)]
    wanted = [index for index, item in enumerate(inputs) if "{input}" in str(item.get("uri"))]
    if wanted and input_uri is None:
        raise ConfigError(f"inputs.{wanted[0]}.uri", "needs a folder or file", "Give it as --input URI")
    if input_uri is not None and not wanted:
        raise ConfigError("--input", "no input of this configuration takes it", "Write uri: '{input}' in one")
    folder = uri.rsplit("/", 1)[0] if "/" in uri else "."
    for item in inputs:
        if isinstance(item.get("uri"), str):
            item["uri"] = (
                item["uri"].replace("{input}", os.path.abspath(input_uri) if "://" not in input_uri else input_uri)
                if input_uri is not None and "{input}" in item["uri"]
                else _against(folder, item["uri"])
            )
    for section, key in (("tokenizer", "path"), ("select", "overrides")):
        part = tree.get(section)
        if isinstance(part, dict) and isinstance(part.get(key), str):
            part[key] = _against(folder, part[key])
    select = tree.get("select")
    if isinstance(select, dict) and isinstance(select.get("verdicts"), list):
        select["verdicts"] = [_against(folder, uri) if isinstance(uri, str) else uri for uri in select["verdicts"]]
    ingest = tree.get("ingest")
    pinned = ingest.get("lines") if isinstance(ingest, dict) else None
    if isinstance(pinned, dict) and isinstance(pinned.get("table"), str):
        pinned["table"] = _against(folder, pinned["table"])
    filters = tree.get("filters")
    for rule in filters.values() if isinstance(filters, dict) else ():
        for value in rule.values() if isinstance(rule, dict) else ():
            if isinstance(value, dict) and isinstance(value.get("file"), str):
                value["file"] = _against(folder, value["file"])


def _against(folder: str, path: str) -> str:
    if "://" in path or path.startswith("/"):
        return path
    return os.path.normpath(os.path.join(os.path.abspath(folder), path)) if "://" not in folder else f"{folder}/{path}"


# ------------------------------------------------------------------ types


def _validate(tree: Mapping[str, Any], origins: Mapping[str, str], uri: str) -> Config:
    try:
        config = TypeAdapter(Config).validate_json(json.dumps(_field_names(tree)), strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(item).rstrip("_") for item in fault["loc"])
        last = path.rsplit(".", 1)[-1]
        what = "is required" if fault["type"] == "missing" else fault["msg"][:1].lower() + fault["msg"][1:]
        raise ConfigError(_place(path, origins, uri), f"{path}: {what}", FIXES.get(last, "")) from error
    if not config.inputs:
        raise ConfigError(uri, "inputs: is empty", FIXES["inputs"])
    names = [item.name for item in config.inputs]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(uri, f"inputs: the name {name!r} is given twice")
    adapter.check_config(config.inputs)
    catalog.check_config(config.filters)
    quantiles.check_config(config.select.quality, config.select.areas)
    recipe.check_config(config.mix)
    return config


def _field_names(tree: Mapping[str, Any]) -> dict[str, Any]:
    """``class`` is a keyword of Python: the dataclass field of an input is ``class_``."""
    named = dict(tree)
    if isinstance(named.get("inputs"), list):
        named["inputs"] = [
            {"class_" if key == "class" else key: value for key, value in item.items()}
            if isinstance(item, dict)
            else item
            for item in named["inputs"]
        ]
    return named
