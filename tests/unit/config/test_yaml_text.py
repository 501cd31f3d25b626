"""YAML 1.2 text: what becomes a number, what stays text, and what is refused with its line."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.config.errors import ConfigErrors
from risk_manager.config.yaml_file import read_yaml
from risk_manager.config.yaml_text import parse_yaml, plain_scalar


def plain(text: str) -> object:
    return parse_yaml(text, "x.yaml").plain()


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        parse_yaml(text, "x.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("-5", -5), ("0", 0), ("-500.10", Decimal("-500.10")), ("0.0", Decimal("0.0")),
        ("1e3", "1e3"), ("0x10", "0x10"), ("0o17", "0o17"), ("007", "007"), ("1_000", "1_000"),
        (".5", ".5"), ("5.", "5."), (".inf", ".inf"), (".nan", ".nan"), ("+5", "+5"),
        ("17:00", "17:00"), ("2026-01-01", "2026-01-01"), ("6E", "6E"), ("1E5", "1E5"),
        ("true", True), ("FALSE", False), ("yes", "yes"), ("no", "no"), ("on", "on"),
        ("null", None), ("~", None), ("", None), ("'5'", "5"), ('"true"', "true"), ("!!str 5", "5"),
    ],
)  # fmt: skip
def test_scalars(text, value):
    found = plain(f"key: {text}\n")
    assert found == {"key": value}
    assert type(found["key"]) is type(value)


@pytest.mark.parametrize("key", ["6E", "1E5", "1", "1.5", "true", "NO", "2026-01-01", "17:00"])
def test_keys_stay_text(key):
    """S210."""
    assert plain(f"{key}: x\n") == {key: "x"}


def test_a_yaml_1_1_directive_changes_nothing():
    assert plain("%YAML 1.1\n---\na: yes\nb: 17:00\n") == {"a": "yes", "b": "17:00"}


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-9999, max_value=9999)
)
def test_money_keeps_its_digits(amount):
    text = f"{amount:f}"
    value = plain_scalar(text)
    assert isinstance(value, Decimal)
    assert str(value) == text or value == 0


def test_every_duplicate_key_is_reported_with_both_lines():
    found = problems("a: 1\nb: {c: 1, c: 2}\na: 2\n\na: 3\n")
    assert found == [
        "x.yaml:2: b.c: duplicate key - it already stands on line 2; keep one of the two",
        "x.yaml:3: a: duplicate key - it already stands on line 1; keep one of the two",
        "x.yaml:5: a: duplicate key - it already stands on line 1; keep one of the two",
    ]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a: [1\n", "x.yaml:2: not valid YAML"),
        ("a: 1\n\tb: 2\n", "x.yaml:2: not valid YAML"),
        ("a: b: c\n", "x.yaml:1: not valid YAML"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: not valid YAML"),
        ("a: *nobody\n", "x.yaml:1: not valid YAML"),
        ("a: '\x01'\n", "x.yaml: not valid YAML"),
        ("- a\n", "x.yaml:1: the file must hold"),
        ("a: !!python/object:os.system x\n", "x.yaml:1: a: a tag (`!name`) is not"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", "x.yaml:2: c: a key must be plain text"),
        ("? [a]\n: 1\n", "x.yaml:1: a key must be plain text"),
        ("a: &x [*x]\n", "x.yaml:1:"),
    ],
)
def test_what_is_refused(text, start):
    assert problems(text)[0].startswith(start)


def test_aliases_are_values():
    assert plain("a: &x {b: 1.5}\nc: *x\n") == {
        "a": {"b": Decimal("1.5")},
        "c": {"b": Decimal("1.5")},
    }


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n"])
def test_an_empty_file_is_an_empty_mapping(text):
    assert plain(text) == {}


def test_lines_and_texts_are_remembered(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("\ufeff# a comment\na:\n  b:\n    - 1\n    - 2.50\n", encoding="utf-8")
    tree = read_yaml(path)
    assert tree.at(("a", "b")).line == 3
    assert (tree.at(("a", "b", 1)).line, tree.at(("a", "b", 1)).text) == (5, "2.50")
    # A location that does not exist answers with the deepest that does.
    assert tree.at(("a", "b", 7, "x")).line == 3


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigErrors, match="cannot be read"):
        read_yaml(tmp_path)


@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"%#?, \n\t", max_size=30))
def test_any_text_parses_or_is_refused_with_config_errors(text):
    with contextlib.suppress(ConfigErrors):
        assert parse_yaml(text, "x.yaml").plain() is not None
