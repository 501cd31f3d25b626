"""What a bad line does to the bytes of one direction of one connection; drawn from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Literal

Direction = Literal["up", "down"]
"""`up` is from the daemon to the gateway, `down` the way back."""
Kind = Literal["rest", "user", "market"]
"""What a connection is for, as its first line says."""

KINDS: tuple[Kind, ...] = ("rest", "user", "market")
DIRECTIONS: tuple[Direction, ...] = ("up", "down")


class Trouble(Enum):
    """The families of faults.

    SLICES, DRIP and DELAY let everything through in the end; STALL holds it until the weather
    changes. DEAF swallows bytes, for ever on connections it has struck: half open, as after a
    router has forgotten them. RESET ends the connection hard, CUT ends it in order, both after
    some bytes and mostly in the middle of a frame or an answer.
    """

    FAIR = "fair"
    SLICES = "slices"
    DRIP = "drip"
    DELAY = "delay"
    STALL = "stall"
    DEAF = "deaf"
    RESET = "reset"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Weather:
    """One trouble, for these kinds of connections and these directions."""

    trouble: Trouble = Trouble.FAIR
    kinds: tuple[Kind, ...] = KINDS
    directions: tuple[Direction, ...] = DIRECTIONS

    def over(self, kind: Kind, direction: Direction) -> Trouble:
        """The trouble that strikes one direction of a connection of this kind."""
        strikes = kind in self.kinds and direction in self.directions
        return self.trouble if strikes else Trouble.FAIR


def storm(seed: int, changes: int) -> Iterator[tuple[Weather, float]]:
    """Yield one weather after the other, each with the seconds it lasts; the same for a seed."""
    dice = Random(f"storm {seed}")
    troubles = [trouble for trouble in Trouble if trouble is not Trouble.FAIR]
    for _ in range(changes):
        kinds = tuple(kind for kind in KINDS if dice.random() < 0.7) or KINDS
        ways = (DIRECTIONS, ("up",), ("down",))[dice.randrange(3)]
        yield Weather(dice.choice(troubles), kinds, ways), dice.uniform(0.2, 1.2)
        yield Weather(), dice.uniform(0.0, 0.5)


class Dice:
    """Sizes and pauses for one direction of one connection; the same for the same seed."""

    def __init__(self, seed: int, connection: int, direction: Direction) -> None:
        self._random = Random(f"{seed}/{connection}/{direction}")
        self.bytes_to_end = self._random.randint(1, 400)
        """After how many bytes a RESET or CUT ends the connection."""

    def pieces(self, data: bytes, trouble: Trouble) -> list[tuple[bytes, float]]:
        """Cut data at odd places; each piece with the seconds to wait before it leaves."""
        if trouble is Trouble.DELAY:
            return [(data, self._random.uniform(0.2, 0.8))]
        small, large, pause = (1, 40, 0.0) if trouble is Trouble.SLICES else (20, 90, 0.01)
        cut: list[tuple[bytes, float]] = []
        while data:
            size = self._random.randint(small, large)
            cut.append((data[:size], pause * self._random.random()))
            data = data[size:]
        return cut
