"""Changes single values of a YAML text; comments, order and quotes of the rest stay (pure)."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from risk_manager.domain.errors import RiskManagerError

_NESTED_DASH: Final = re.compile(r"^( *)[^\s#-][^\n]*:\s*(#[^\n]*)?\n\1 +- ", re.MULTILINE)
_WIDE: Final = 4096


class EditError(RiskManagerError):
    """A value cannot be written there; the text says why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: `path` from the top of the file, list places as numbers.

    `value` is YAML text; None removes the key.
    """

    path: tuple[str | int, ...]
    value: str | None


def edited(text: str, edit: Edit) -> str:
    """Return the text with one value changed. Raises EditError."""
    windows = "\r\n" in text
    text = text.replace("\r\n", "\n")
    yaml = _yaml(text)
    try:
        tree = yaml.load(text)
    except YAMLError as error:
        raise EditError(f"the file is not valid YAML: {error}") from error
    if tree is None:
        tree = CommentedMap()
    if edit.value is None:
        _remove(tree, edit.path)
    else:
        _put(tree, edit.path, _value(edit.value))
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue().replace("\n", "\r\n") if windows else out.getvalue()


def value_at(text: str, path: tuple[str | int, ...]) -> str | None:
    """Return the YAML text of the value at a path; None when nothing stands there."""
    found: Any = _yaml(text).load(text)
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return in_yaml(found)


def in_yaml(value: Any) -> str:
    """A value as YAML on one line."""
    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style, yaml.width, yaml.allow_unicode = True, _WIDE, True
    out = io.StringIO()
    yaml.dump(_without_style(value), out)
    return out.getvalue().removesuffix("...\n").strip()


def _without_style(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_style(member) for key, member in value.items()}
    return [_without_style(member) for member in value] if isinstance(value, list) else value


def _yaml(text: str) -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes, yaml.width, yaml.allow_unicode = True, _WIDE, True
    if _NESTED_DASH.search(text):
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _value(text: str) -> Any:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    try:
        return yaml.load(text)
    except YAMLError as error:
        raise EditError(f"{text!r} is not a YAML value") from error


def _put(tree: Any, path: tuple[str | int, ...], value: Any) -> None:
    last: Any
    *way, last = path
    for step in way:
        if isinstance(tree, CommentedMap) and tree.get(step) is None:
            tree[step] = CommentedMap()
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            raise EditError(f"nothing stands at {'.'.join(map(str, path))}") from None
    if not isinstance(tree, (CommentedMap, list)):
        raise EditError(f"{'.'.join(map(str, way))} holds a single value, no keys")
    tree[last] = value


def _remove(tree: Any, path: tuple[str | int, ...]) -> None:
    *way, last = path
    try:
        for step in way:
            tree = tree[step]
        del tree[last]
    except (KeyError, IndexError, TypeError):
        raise EditError(f"{'.'.join(map(str, path))} does not stand in the file") from None
