"""Comments are honest: an ignored complaint names it and says why, and nothing is left to do."""

import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.unit.tidy import name_of, python_files

#: "noqa: CODE - reason", "type: ignore[code]  # reason", "fmt: skip" (a table reads better so).
SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore|pragma|pylint|mypy:|ruff:)", re.IGNORECASE)
WITH_REASON = (
    re.compile(r"# noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*\s+(- |# )?\w.{4,}"),
    re.compile(r"# type: ignore\[[\w, -]+\]\s+# .{10,}"),
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def complaints(source: str) -> list[str]:
    """Return the comments that hide a complaint without a reason, or promise later work."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    silent = [
        comment
        for comment in comments
        if SILENCED.search(comment) and not any(form.search(comment) for form in WITH_REASON)
    ]
    return silent + [comment for comment in comments if UNFINISHED.search(comment)]


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_ignored_complaint_has_its_reason(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("comment", "is_fine"),
    [
        ("# noqa: S603 - the command is our own", True),
        ("# type: ignore[no-untyped-call]  # the library has no types", True),
        ("# noqa", False),
        ("# noqa: S603", False),
        ("# type: ignore[assignment]", False),
        ("# TO" + "DO: later", False),
    ],
)
def test_the_scan_finds_what_it_looks_for(comment: str, is_fine: bool) -> None:
    assert (complaints(f"x = 1  {comment}\n") == []) is is_fine
