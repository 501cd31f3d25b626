"""Values into models: pydantic's errors become problems with line, value and fix."""

import json
from collections.abc import Mapping
from typing import Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from risk_manager.config.base import StrictModel
from risk_manager.config.errors import ConfigProblem
from risk_manager.config.structure import field_at, nearest
from risk_manager.config.yaml_text import Loc, YamlNode

M = TypeVar("M", bound=StrictModel)

SECRET_KEYS: Final = frozenset({"api_key"})

_LINES: Final = ("must hold `key: value` lines", "indent its keys below it")
_PLAIN: Final[Mapping[str, tuple[str, str]]] = {
    "int_type": ("must be a whole number", "write plain digits without quotes, such as 5"),
    "decimal_type": ("must be a number", "write plain digits without quotes, such as 1 or 0.5"),
    "string_type": ("must be text", "write it in quotes"),
    "tuple_type": ("must be a list", "write it in brackets: [a, b]"),
    "dict_type": _LINES,
    "mapping_type": _LINES,
    "model_type": _LINES,
    "model_attributes_type": _LINES,
    "too_short": ("must not be empty", "list at least one, or remove the section"),
}
_YES: Final = frozenset({"yes", "y", "on", "1"})
_NO: Final = frozenset({"no", "n", "off", "0"})


def validated(model: type[M], node: YamlNode, loc: Loc, problems: list[ConfigProblem]) -> M | None:
    """Return the model of a (structurally clean) tree, or None after adding every problem.

    `loc` is where `node` stands in its file; it is put before the keys of the problems.
    """
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems.extend(
            _problem(model, node, loc, details)
            for details in found
            if not _follows(details, [other["loc"] for other in found])
        )
        return None


def _follows(details: ErrorDetails, places: list[Loc]) -> bool:
    """Whether a list only counts as empty because every item of it is refused."""
    place = details["loc"]
    inside = (other for other in places if len(other) > len(place))
    return details["type"] == "too_short" and any(one[: len(place)] == place for one in inside)


def _problem(
    model: type[StrictModel], node: YamlNode, loc: Loc, details: ErrorDetails
) -> ConfigProblem:
    inner: Loc = tuple(step for step in details["loc"] if step != "[key]")
    place = node.at(inner)
    key = ".".join(str(step) for step in (*loc, *inner))
    secret = any(step in SECRET_KEYS for step in inner)
    text = "***" if secret and place.text is not None else place.text
    missing = details["type"] == "missing"
    message, fix = _words(model, inner, details, place.text or "")
    value = None if missing else text
    return ConfigProblem(place.file, place.line, key, message, value=value, fix=fix)


def _words(
    model: type[StrictModel], inner: Loc, details: ErrorDetails, text: str
) -> tuple[str, str | None]:
    """Return message and fix for one pydantic error."""
    kind, context = details["type"], details.get("ctx", {})
    if kind == "config":
        return str(context["message"]), str(context["fix"])
    if kind == "missing":
        return "required key is missing", _add(model, inner)
    if kind == "bool_type":
        word = "true" if text.lower() in _YES else "false" if text.lower() in _NO else ""
        return "must be true or false", f"write {word or 'true or false'} without quotes"
    if kind in {"enum", "literal_error"}:
        allowed = [part.strip("'") for part in str(context["expected"]).split(" or ")]
        options = [item.strip(" '") for part in allowed for item in part.split(",")]
        return f"must be one of {', '.join(options)}", nearest(text, options)
    if kind in _PLAIN:
        return _PLAIN[kind]
    words = details["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return words, None


def _add(model: type[StrictModel], inner: Loc) -> str:
    """Return the fix for a missing key: an example of it, or what its field says about itself."""
    field = field_at(model, inner)
    key = inner[-1]
    if field is not None and field.examples:
        return f"add `{key}: {json.dumps(field.examples[0])}`"
    if field is not None and field.annotation is bool:
        return f"add `{key}: true` or `{key}: false`"
    meaning = field.description if field is not None else None
    return f"add `{key}`: {meaning}" if meaning else f"add `{key}: <value>`"
