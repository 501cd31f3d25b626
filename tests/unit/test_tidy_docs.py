"""The documentation is whole: links resolve, the index is complete, README has two commands."""

import re
from pathlib import Path

import pytest

from tests.unit.tidy import ROOT, name_of, published_files

COMMANDS = ["python scripts/dev_run.py demo", "python scripts/dev_run.py test"]
INDEX = ROOT / "docs" / "ARCHITECTURE_INDEX.md"
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
FENCE = re.compile(r"^(```+)[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
PAGES = [path for path in published_files() if path.suffix == ".md"]


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings make."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    """Return the links of a page to files or headings that do not exist."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for match in LINK.finditer(text):
        link = match[1] or match[2]
        if re.match(r"[a-z]+:", link):
            continue  # another site
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        wrong_anchor = anchor and target.suffix == ".md" and target.exists()
        if not target.exists() or (wrong_anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_resolve(page: Path) -> None:
    assert broken_links(page) == []


def test_readme_has_exactly_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = [body.strip() for _, body in FENCE.findall(text)]
    assert [line for block in blocks for line in block.splitlines()] == COMMANDS


def linked_pages(page: Path) -> set[Path]:
    """Return the pages that a page links to."""
    text = page.read_text(encoding="utf-8")
    names = {(match[1] or match[2]).partition("#")[0] for match in LINK.finditer(text)}
    return {target for name in names if (target := (page.parent / name).resolve()) in PAGES}


def test_every_page_is_reached_from_the_index() -> None:
    reached, waiting = {INDEX}, [INDEX]
    while waiting:
        new = linked_pages(waiting.pop()) - reached
        reached |= new
        waiting += new
    pages = {page for page in PAGES if page.is_relative_to(INDEX.parent)}
    assert sorted(name_of(page) for page in pages - reached) == []
