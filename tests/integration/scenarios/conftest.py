"""Every scenario gets a way to make worlds that end with the test."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.world.settings import Section
from tests.integration.world.world import World

MakeWorld = Callable[..., World]


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[MakeWorld]:
    """Return a function that builds a world and, by default, starts its daemon."""
    with ExitStack() as stack:

        def make(sections: Mapping[str, Section], *, started: bool = True, **more: Any) -> World:
            world = stack.enter_context(World(tmp_path, sections, **more))
            if started:
                world.guard()
            return world

        yield make


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that gives daemons of this test other waits."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "impatient"))
    wall = tmp_path / "wall.txt"
    wall.write_text("0")
    monkeypatch.setenv("RISK_MANAGER_TEST_WALL", str(wall))

    def change(**waits: object) -> Path:
        named = {name.replace("__", "."): value for name, value in waits.items()}
        monkeypatch.setenv("RISK_MANAGER_TEST_WAITS", json.dumps(named))
        return wall

    return change
