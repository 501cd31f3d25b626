"""A rule is five things: its file, its place in the tuple, its tests, its stories and its page."""

import ast
import sys

import pytest

import generate_rule_docs
from risk_manager.rules import RULES
from tests.stories.shelf import STORIES
from tests.unit.tidy import PACKAGE, ROOT, parse


def defines_rule(tree: ast.Module) -> bool:
    """Return whether a file gives a class a rule id, as `rule_id: ClassVar = RuleId(...)`."""
    targets = [
        node.target for node in ast.walk(tree) if isinstance(node, ast.AnnAssign) and node.value
    ]
    return any(isinstance(target, ast.Name) and target.id == "rule_id" for target in targets)


def test_every_rule_file_is_registered() -> None:
    registered = {rule.__module__.rpartition(".")[2] for rule in RULES}
    files = (PACKAGE / "rules").glob("*.py")
    assert {path.stem for path in files if defines_rule(parse(path))} == registered


def test_ids_and_sections_are_unique() -> None:
    for values in ([rule.rule_id for rule in RULES], [rule.section for rule in RULES]):
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_rule_is_tested(rule: generate_rule_docs.AnyRule) -> None:
    module = rule.__module__.rpartition(".")[2]
    test = ROOT / "tests" / "unit" / "rules" / f"test_{module}.py"
    assert test.is_file()
    assert rule.__name__ in test.read_text(encoding="utf-8")


def test_pages_are_what_the_rules_say() -> None:
    folder = generate_rule_docs.FOLDER
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert found == generate_rule_docs.pages(), "run python -m scripts.generate_rule_docs"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_every_key_is_explained(rule: generate_rule_docs.AnyRule) -> None:
    rows = list(generate_rule_docs.rows(rule.config_model))
    assert [row for row in rows if row.endswith("|  |")] == []


@pytest.mark.parametrize("lead", generate_rule_docs.LEADS)
def test_docstring_without_a_part_is_refused(lead: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules[RULES[0].__module__]
    text = module.__doc__ or ""
    assert f"\n{lead}: " in text
    monkeypatch.setattr(module, "__doc__", text.replace(f"\n{lead}: ", "\n"))
    with pytest.raises(ValueError, match=f"needs, in this order, .*'{lead}: ...'"):
        generate_rule_docs.parts_of(RULES[0])


def test_rule_without_a_story_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate_rule_docs, "STORIES", {})
    with pytest.raises(ValueError, match=r"RULE-001 has no story: .*shelf\.py"):
        generate_rule_docs.pages()


def test_every_story_is_of_a_rule() -> None:
    assert set(STORIES) <= {rule.section for rule in RULES}
