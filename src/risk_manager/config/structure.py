"""The structural pass over a file's tree, before any value is judged.

Renames accepted aliases, drops keys of older files with a note, turns code keys into tickers and
reports unknown keys with the nearest known one. What is left has exactly the names of the models.
"""

import difflib
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from risk_manager.config.base import StrictModel
from risk_manager.config.errors import ConfigProblem, Severity
from risk_manager.config.values import RootKeys
from risk_manager.config.yaml_text import Loc, YamlNode
from risk_manager.domain.symbols import ticker_of_code


class Shape(NamedTuple):
    """What a field holds inside: a model, a mapping or a list of `item`, or a plain value."""

    model: type[StrictModel] | None = None
    item: Any = None
    is_map: bool = False
    by_root: bool = False


def shape_of(annotation: Any, metadata: Iterable[object] = ()) -> Shape:
    """Return the shape behind an annotation, looking through Annotated and `| None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        base, *inner = get_args(annotation)
        return shape_of(base, [*metadata, *inner])
    if origin in {Union, UnionType}:
        shapes = [shape_of(item) for item in get_args(annotation) if item is not type(None)]
        return next((shape for shape in shapes if shape != Shape()), Shape())
    if isinstance(annotation, type) and issubclass(annotation, StrictModel):
        return Shape(model=annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        by_root = any(isinstance(mark, RootKeys) for mark in metadata)
        return Shape(item=get_args(annotation)[1], is_map=True, by_root=by_root)
    if origin is tuple:
        return Shape(item=get_args(annotation)[0])
    return Shape()


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the fix for an unknown word: the closest known one, else the whole list."""
    options = list(known)
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    if not close:
        close = [option for option in options if option.lower() == word.lower()]
    return f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(options)}"


class Structure:
    """Rewrites trees and collects problems; `problems` grows with every call."""

    def __init__(self) -> None:
        self.problems: list[ConfigProblem] = []

    def report(
        self, node: YamlNode, loc: Loc, message: str, fix: str | None = None, *, note: bool = False
    ) -> None:
        """Record one problem at a node."""
        severity = Severity.NOTE if note else Severity.ERROR
        key = ".".join(str(step) for step in loc)
        # The value is named only where it matters: an unknown key's value may be a secret.
        self.problems.append(
            ConfigProblem(node.file, node.line, key, message, fix=fix, severity=severity)
        )

    def model(self, model: type[StrictModel], node: YamlNode, loc: Loc = ()) -> YamlNode:
        """Return the tree with the field names of `model`, as far as it is a mapping."""
        if not isinstance(node.value, dict):
            return node
        entries: dict[str, YamlNode] = {}
        for key, child in node.value.items():
            name = model.key_aliases.get(key, key)
            field = model.model_fields.get(name)
            if key in model.ignored_keys:
                self.report(
                    child, (*loc, key), "this key changes nothing and is ignored", note=True
                )
            elif field is None:
                fix = nearest(key, [*model.model_fields, *model.key_aliases])
                self.report(child, (*loc, key), "unknown key", fix)
            elif name not in entries:
                entries[name] = self._inside(field.annotation, field.metadata, child, (*loc, name))
            elif not _same_value(field, entries[name], child):
                message = f"`{key}` and `{name}` are one setting with two different values"
                self.report(child, (*loc, key), message, f"keep `{name}` only")
        return YamlNode(node.file, node.line, entries)

    def _inside(
        self, annotation: Any, metadata: Iterable[object], node: YamlNode, loc: Loc
    ) -> YamlNode:
        shape = shape_of(annotation, metadata)
        if shape.model is not None:
            return self.model(shape.model, node, loc)
        if shape.is_map and isinstance(node.value, dict):
            return self._map(shape, node, loc)
        if shape.item is not None and isinstance(node.value, list):
            items = [
                self._inside(shape.item, (), item, (*loc, index))
                for index, item in enumerate(node.value)
            ]
            return YamlNode(node.file, node.line, items)
        return node

    def _map(self, shape: Shape, node: YamlNode, loc: Loc) -> YamlNode:
        entries: dict[str, YamlNode] = {}
        written: dict[str, str] = {}
        for key, child in node.entries.items():
            name = ticker_of_code(key) if shape.by_root else key
            if name in entries:
                message = f"`{written[name]}` and `{key}` mean one root, {name}"
                self.report(child, (*loc, key), message, f"keep `{name}` only")
                continue
            written[name] = key
            entries[name] = self._inside(shape.item, (), child, (*loc, name))
        return YamlNode(node.file, node.line, entries)


def _same_value(field: FieldInfo, first: YamlNode, second: YamlNode) -> bool:
    """Tell whether two spellings of one key mean the same; -500 and 500 do for a loss limit."""
    hint: Any = field.annotation
    for mark in field.metadata:
        hint = Annotated[hint, mark]
    adapter: TypeAdapter[object] = TypeAdapter(hint)
    try:
        return adapter.validate_python(first.plain(), strict=True) == adapter.validate_python(
            second.plain(), strict=True
        )
    except ValidationError:
        return first.plain() == second.plain()


def field_at(model: type[StrictModel], loc: Loc) -> FieldInfo | None:
    """Return the field a location inside `model` names, None for a list item or map member."""
    current = Shape(model=model)
    field: FieldInfo | None = None
    for step in loc:
        field = current.model.model_fields.get(str(step)) if current.model else None
        current = (
            shape_of(current.item) if field is None else shape_of(field.annotation, field.metadata)
        )
    return field
