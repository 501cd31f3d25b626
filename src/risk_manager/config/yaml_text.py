"""YAML 1.2 text as a tree that remembers file, line and the exact text of every scalar.

Keys stay text (`6E`, `1E5`). Whole numbers become int, plain decimals become Decimal straight from
their text, never through float. A number in any other spelling (`1e3`, `0x10`, `.inf`, `007`)
stays text, so a numeric field refuses it. `17:00` and dates stay text too.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from risk_manager.config.errors import ConfigErrors, ConfigProblem

Scalar = None | bool | int | Decimal | str
Loc = tuple[str | int, ...]

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_PREFIX: Final = "tag:yaml.org,2002:"
_KNOWN_TAGS: Final = {f"{_PREFIX}{name}" for name in ("int", "float", "bool", "null", "timestamp")}
_TEXT_TAG: Final = f"{_PREFIX}str"
_MERGE_TAG: Final = f"{_PREFIX}merge"
_MAX_DEPTH: Final = 20


@dataclass(frozen=True, slots=True)
class YamlNode:
    """One value of a file; `line` (from 1) is that of its key, `text` what a scalar reads."""

    file: str
    line: int
    value: "Scalar | dict[str, YamlNode] | list[YamlNode]"
    text: str | None = None

    @property
    def entries(self) -> "dict[str, YamlNode]":
        """Return the members of a mapping, nothing for any other value."""
        return self.value if isinstance(self.value, dict) else {}

    def plain(self) -> object:
        """Return dicts, tuples and scalars, ready for a strict model."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return tuple(node.plain() for node in self.value)
        return self.value

    def at(self, loc: Loc) -> "YamlNode":
        """Return the node at `loc`, or the deepest one on the way to it."""
        node = self
        for step in loc:
            value = node.value
            if isinstance(value, dict) and step in value:
                node = value[str(step)]
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                node = value[step]
            else:
                break
        return node


def parse_yaml(text: str, file: str) -> YamlNode:
    """Return the tree of a YAML text with a mapping at its top; ConfigErrors otherwise.

    Empty text is an empty mapping. Every duplicate key is reported, not only the first.
    """
    try:
        root = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        # Only an undefined alias is named in the parser's words, and it may be an unquoted secret.
        problem, alias, _ = (error.problem or error.context or "").partition("undefined alias")
        fix = "a text that begins with * needs quotes" if alias else None
        message = f"not valid YAML: {problem}{alias}"
        raise ConfigErrors([ConfigProblem(file, line, "", message, fix=fix)]) from error
    except (YAMLError, RecursionError) as error:
        message = f"not valid YAML: {str(error).splitlines()[0]}"
        raise ConfigErrors([ConfigProblem(file, None, "", message)]) from error
    builder = _Builder(file)
    tree = YamlNode(file, 1, None) if root is None else builder.build(root, 1, ())
    if tree.value is None and not builder.problems:
        return YamlNode(file, 1, {})
    if not isinstance(tree.value, dict):
        builder.problem(tree.line, (), "the file must hold `key: value` lines")
    if builder.problems:
        raise ConfigErrors(builder.problems)
    return tree


class _Builder:
    """Turns ruamel's nodes into YamlNodes and collects what is not allowed."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[ConfigProblem] = []

    def problem(self, line: int, loc: Loc, message: str, fix: str | None = None) -> None:
        """Record one problem at a dotted path."""
        key = ".".join(str(step) for step in loc)
        self.problems.append(ConfigProblem(self.file, line, key, message, fix=fix))

    def build(self, node: Node, line: int, loc: Loc) -> YamlNode:
        """Return the tree below `node`; `line` is where its key stands."""
        if len(loc) > _MAX_DEPTH:
            self.problem(line, loc, "nested too deeply, or an alias that contains itself")
        elif isinstance(node, MappingNode):
            return YamlNode(self.file, line, self._mapping(node, loc))
        elif isinstance(node, SequenceNode):
            items = [
                self.build(item, item.start_mark.line + 1, (*loc, index))
                for index, item in enumerate(node.value)
            ]
            return YamlNode(self.file, line, items)
        elif isinstance(node, ScalarNode):
            return YamlNode(self.file, line, self._scalar(node, line, loc), str(node.value))
        return YamlNode(self.file, line, None)

    def _mapping(self, node: MappingNode, loc: Loc) -> dict[str, YamlNode]:
        entries: dict[str, YamlNode] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = str(key_node.value)
            if not isinstance(key_node, ScalarNode) or str(key_node.tag) == _MERGE_TAG:
                self.problem(line, loc, "a key must be plain text", "write the keys out")
            elif key in entries:
                first = entries[key].line
                fix = f"it already stands on line {first}; keep one of the two"
                self.problem(line, (*loc, key), "duplicate key", fix)
            else:
                entries[key] = self.build(value_node, line, (*loc, key))
        return entries

    def _scalar(self, node: ScalarNode, line: int, loc: Loc) -> Scalar:
        text = str(node.value)
        if node.style is not None or node.tag == _TEXT_TAG:
            return text
        if node.tag not in _KNOWN_TAGS:
            # The tag is not named: it may be an unquoted secret.
            fix = "remove the tag; a text that begins with ! needs quotes"
            self.problem(line, loc, "a tag (`!name`) is not supported", fix)
            return None
        return plain_scalar(text)


def plain_scalar(text: str) -> Scalar:
    """Return the value of an unquoted scalar: null, bool, int, Decimal or the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text
