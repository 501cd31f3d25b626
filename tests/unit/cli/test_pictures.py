"""The pictures of the documentation are what the screens show now."""

from pathlib import Path

import pytest

import render_screens
from tests.unit.tidy import ROOT

PAGE = (ROOT / "docs" / "trader-screen.md").read_text(encoding="utf-8")


PICTURES = list(render_screens.pictures())


@pytest.mark.parametrize(("path", "svg"), PICTURES, ids=[path.stem for path, _ in PICTURES])
def test_a_picture_is_current_and_shown(path: Path, svg: str) -> None:
    """Otherwise run `PYTHONPATH=. python scripts/render_screens.py`."""
    assert path.read_text(encoding="utf-8") == svg
    assert f"images/{path.name}" in PAGE


def test_no_other_picture_is_left() -> None:
    drawn = {path for path, _ in PICTURES}
    assert set(render_screens.IMAGES.glob("trader-*.svg")) == drawn
