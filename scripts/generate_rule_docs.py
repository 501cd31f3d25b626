"""Write docs/rules/: one page per rule, from the rule file's docstring and its config model.

    python scripts/generate_rule_docs.py

Runs in the project's environment. A test compares the pages with what this would write.
"""

import inspect
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from risk_manager.rules import RULES
from risk_manager.rules.base_rule import Rule

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"
AnyRule = type[Rule[Any]]
Base = TypeVar("Base")


def parts(annotation: object) -> Iterator[object]:
    """Yield an annotation and everything inside it: `Mapping[str, Window] | None` holds Window."""
    yield annotation
    for inner in get_args(annotation):
        yield from parts(inner)


def classes(field: FieldInfo, base: type[Base]) -> list[type[Base]]:
    """Return the classes derived from `base` that a field's annotation holds."""
    found = [part for part in parts(field.annotation) if isinstance(part, type)]
    return [part for part in found if issubclass(part, base)]


def shown_default(field: FieldInfo) -> str:
    """Return a default as it would be written in YAML."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or value is None:
        return "absent"
    if isinstance(value, Enum):
        return f"`{value.value}`"
    if isinstance(value, tuple | list):
        items = (item.value if isinstance(item, Enum) else item for item in value)
        return f"`[{', '.join(str(item) for item in items)}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def rows(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield the table rows of a model's keys; the keys of an inner model follow their own."""
    for name, field in model.model_fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        for choices in classes(field, Enum):
            meaning += f" One of: {', '.join(f'`{item.value}`' for item in choices)}."
        yield f"| `{prefix}{name}` | {shown_default(field)} | {meaning.strip()} |"
        is_mapping = any(get_origin(part) is Mapping for part in parts(field.annotation))
        for inner in classes(field, BaseModel):
            yield from rows(inner, f"{prefix}{name}.{'<symbol>.' if is_mapping else ''}")


def title_and_text(rule: AnyRule) -> tuple[str, str]:
    """Split a rule file's docstring: "RULE-001 MaxContracts: first sentence." and the rest."""
    docstring = inspect.cleandoc(sys.modules[rule.__module__].__doc__ or "")
    title, separator, text = docstring.partition(": ")
    if not separator or not title.startswith(rule.rule_id):
        raise ValueError(f"{rule.__module__}: the docstring must begin '{rule.rule_id} Name: ...'")
    return title, text[:1].upper() + text[1:]


def file_name(rule: AnyRule) -> str:
    """Return the name of a rule's page, which is the name of its module."""
    return rule.__module__.rpartition(".")[2] + ".md"


def page(rule: AnyRule) -> str:
    """Return the page of one rule."""
    title, text = title_and_text(rule)
    lines = [
        f"<!-- Written by scripts/generate_rule_docs.py from {file_name(rule)[:-3]}.py -->",
        "",
        f"# {title}",
        "",
        text,
        "",
        "## Keys",
        "",
        f"Section `{rule.section}` of `risk_config.yaml`.",
        "",
        "| Key | Default | Meaning |",
        "|---|---|---|",
        *rows(rule.config_model),
    ]
    aliases = sorted(rule.config_model.key_aliases.items())
    if aliases:
        spellings = ", ".join(f"`{alias}` for `{name}`" for alias, name in aliases)
        lines += ["", f"Also accepted: {spellings}."]
    return "\n".join(lines) + "\n"


def overview() -> str:
    """Return the page that lists all rules."""
    lines = ["# The rules", "", "| Rule | In one sentence |", "|---|---|"]
    for rule in sorted(RULES, key=lambda each: each.rule_id):
        title, text = title_and_text(rule)
        first = text.partition("\n\n")[0].replace("\n", " ")
        lines.append(f"| [{title}]({file_name(rule)}) | {first} |")
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Return the content of every page of docs/rules by file name."""
    return {"README.md": overview(), **{file_name(rule): page(rule) for rule in RULES}}


def main() -> None:
    """Write the pages and remove those of rules that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
