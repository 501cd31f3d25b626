"""Write docs/rules/: one page per rule, from its docstring, its config model and its stories.

    python -m scripts.generate_rule_docs

The examples are played on the virtual world of the tests, with the real engine, and the messages
are what the trader's screen then shows. Needs the installed package; run it in the project's folder
and environment. A test compares the pages with what this would write.
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
from tests.stories.play import play
from tests.stories.shelf import STORIES

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"
LEADS = {
    "Watches": "What it watches",
    "Acts": "When it acts",
    "Cannot": "What it cannot do",
}
"""What begins a paragraph of a rule's docstring, and the heading it gets."""
SHOWN = (
    "What the trader's screen shows in these examples: the state of the account, with what is still"
    "\nallowed, and the last enforcements (GATE is the guard of a lock that is set)."
)
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


def parts_of(rule: AnyRule) -> dict[str, str]:
    """Split a rule file's docstring into the title, the summary and the parts of its page.

    It reads "RULE-001 Name: summary.", then paragraphs that begin with the leads of LEADS, in
    their order; one without a lead belongs to the part before it. ValueError when one is missing.
    """
    docstring = inspect.cleandoc(sys.modules[rule.__module__].__doc__ or "")
    first, *paragraphs = docstring.split("\n\n")
    title, separator, summary = first.partition(": ")
    if not separator or not title.startswith(rule.rule_id):
        raise ValueError(f"{rule.__module__}: the docstring must begin '{rule.rule_id} Name: ...'")
    found: dict[str, list[str]] = {"title": [title], "summary": [_capital(summary)]}
    for paragraph in paragraphs:
        lead, _, rest = paragraph.partition(": ")
        if lead in LEADS:
            found[lead] = [_capital(rest)]
        else:
            found[[*found][-1]].append(paragraph)
    if [*found] != ["title", "summary", *LEADS]:
        leads = ", ".join(f"'{lead}: ...'" for lead in LEADS)
        raise ValueError(f"{rule.__module__}: the docstring needs, in this order, {leads}")
    return {name: "\n\n".join(texts) for name, texts in found.items()}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def file_name(rule: AnyRule) -> str:
    """Return the name of a rule's page, which is the name of its module."""
    return rule.__module__.rpartition(".")[2] + ".md"


def examples(rule: AnyRule) -> list[str]:
    """Play a rule's stories: return the sections "Examples" and "Messages".

    ValueError when the rule has no story, or when nothing happens in its stories.
    """
    if not STORIES.get(rule.section):
        raise ValueError(f"{rule.rule_id} has no story: add one to tests/stories/shelf.py")
    lines, messages = ["## Examples", ""], dict[str, None]()
    for story in STORIES[rule.section]:
        lines += [f"### {story.title}", "", "```yaml", *story.section.strip().splitlines(), "```"]
        lines += ["", "| What happens | What the guard does |", "|---|---|"]
        for told in play(story):
            lines.append(f"| {told.happened} | {', '.join(told.done)} |")
            messages |= dict.fromkeys(told.shown)
        lines.append("")
    if not messages:
        raise ValueError(f"{rule.rule_id}: the guard does nothing in its stories")
    return [*lines, "## Messages", "", SHOWN, "", "```", *messages, "```"]


def page(rule: AnyRule) -> str:
    """Return the page of one rule."""
    parts = parts_of(rule)
    name = file_name(rule)[:-3]
    lines = [f"<!-- Written by scripts/generate_rule_docs.py from {name}.py and its stories -->"]
    lines += ["", f"# {parts['title']}", "", parts["summary"], ""]
    for lead, heading in LEADS.items():
        lines += [f"## {heading}", "", parts[lead], ""]
    lines += ["## Keys", "", f"Section `{rule.section}` of `risk_config.yaml`.", ""]
    lines += ["| Key | Default | Meaning |", "|---|---|---|", *rows(rule.config_model)]
    aliases = sorted(rule.config_model.key_aliases.items())
    if aliases:
        spellings = ", ".join(f"`{alias}` for `{name}`" for alias, name in aliases)
        lines += ["", f"Also accepted: {spellings}."]
    return "\n".join([*lines, "", *examples(rule)]) + "\n"


def overview() -> str:
    """Return the page that lists all rules."""
    lines = ["# The rules", "", "| Rule | In one sentence |", "|---|---|"]
    for rule in sorted(RULES, key=lambda each: each.rule_id):
        parts = parts_of(rule)
        summary = parts["summary"].replace("\n", " ")
        lines.append(f"| [{parts['title']}]({file_name(rule)}) | {summary} |")
    lines += [
        "",
        "## Keys with one legal value",
        "",
        "They restate what a rule does, for files that spell it out. Nothing else may stand",
        "there, and leaving them out changes nothing. Every other key of the five files changes a",
        "decision, a message or a call; a test shows it for each of them.",
        "",
        *one_value_keys(),
    ]
    return "\n".join(lines) + "\n"


def one_value_keys() -> Iterator[str]:
    """Yield a line for each key whose type is an enumeration with one member."""
    for rule in sorted(RULES, key=lambda each: each.rule_id):
        for name, field in rule.config_model.model_fields.items():
            single = [list(words) for words in classes(field, Enum) if len(words) == 1]
            yield from (f"- `{rule.section}.{name}`: `{word.value}`" for (word,) in single)


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
