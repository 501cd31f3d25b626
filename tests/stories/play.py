"""Play a story on the virtual world and tell what the guard did and what the screen showed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from risk_manager.config.structure import Structure
from risk_manager.config.yaml_text import parse_yaml
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.simulation.setup import Sections
from risk_manager.simulation.world import World
from tests.stories.acts import Mark, acts_since
from tests.stories.screen import Screen
from tests.stories.story import Stage, Story

WIRE_MS = 100
"""A request's way to the venue and its answer's way back, as over the net."""


@dataclass(frozen=True, slots=True)
class Told:
    """One scene: what happened, what the guard did (in order), what was new on the screen."""

    happened: str
    done: tuple[str, ...]
    shown: tuple[str, ...]


def sections_of(text: str) -> Sections:
    """The sections that a piece of risk_config.yaml makes; a key that does not exist is refused."""
    structure = Structure()
    found = {
        name: structure.model(RULES_BY_SECTION[name].config_model, node).plain()
        for name, node in parse_yaml(text, "risk_config.yaml").entries.items()
    }
    if structure.problems:
        raise ValueError("; ".join(map(str, structure.problems)))
    return found  # type: ignore[return-value]  # a section is a mapping, or its model refuses it


def play(story: Story) -> list[Told]:
    """The scenes of a story with what they brought about; the same for every run."""
    return list(_scenes(story))


def _scenes(story: Story) -> Iterator[Told]:
    world = World(sections_of(story.section), start=story.start, out_ms=WIRE_MS, back_ms=WIRE_MS)
    stage = Stage(world.start(), since=world.t)
    screen = Screen(world)
    world.watchers.append(screen)
    for scene in story.scenes:
        mark = Mark.of(world)
        for doing in scene.doings:
            doing.act(stage)
        stage.since = world.t
        world.run(scene.settle)
        yield Told(scene.words, tuple(acts_since(world, mark)), tuple(screen.news()))
