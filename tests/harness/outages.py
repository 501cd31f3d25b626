"""The hub goes and comes back a few times."""

from functools import partial
from random import Random

from risk_manager.simulation.promptness import Promptness
from risk_manager.simulation.world import World


def plan_outages(
    world: World, rng: Random, prompt: Promptness, between: tuple[float, float]
) -> None:
    """Outages within these seconds of the world."""
    at = rng.uniform(*between)
    while at < between[1]:
        noticed = rng.choice([0.0, 1.0, 5.0])
        back = at + noticed + rng.uniform(0.5, 12)
        world.time.at(at, partial(world.hub.lose, noticed))
        world.time.at(back, world.hub.connect)
        prompt.note_fault(back + 2)
        at = back + rng.uniform(2, 15)
