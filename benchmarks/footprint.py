"""How much memory a part of the program holds: what can be reached from it, counted exactly."""

import gc
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

_NOT_FOLLOWED = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)
"""Code is shared by all; a function would lead out of the part, through its module."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Objects and bytes reachable from some roots."""

    objects: int
    size: int

    def __str__(self) -> str:
        return f"{self.objects:,} objects, {self.size / 1024:,.0f} KiB"


def footprint(roots: Iterable[object]) -> Footprint:
    """Count what the roots hold, themselves included."""
    seen = {id(one): one for one in roots}
    waiting = list(seen.values())
    size = 0
    while waiting:
        one = waiting.pop()
        size += sys.getsizeof(one)
        for held in gc.get_referents(one):
            if id(held) not in seen and not isinstance(held, _NOT_FOLLOWED):
                seen[id(held)] = held
                waiting.append(held)
    return Footprint(len(seen), size)
