"""How two locks of one key become one, and two ceilings of one contract (pure)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from risk_manager.domain.locks import Lockout


def lower_ceiling(one: int, other: int) -> int:
    """The smaller of two signed ceilings; different sides leave nothing."""
    if one == 0 or other == 0 or (one > 0) != (other > 0):
        return 0
    return min(one, other) if one > 0 else max(one, other)


def merge(old: Lockout, new: Lockout) -> Lockout:
    """Combine two locks of one key: the later end and the lower ceiling per contract.

    The reason stays the one of the lock that ends later, so that the screen tells the truth. The
    causing order stays the first one: only its fills belong to what the lock found.
    """
    ceilings = {
        contract: lower_ceiling(old.ceilings.get(contract, 0), new.ceilings.get(contract, 0))
        for contract in sorted({*old.ceilings, *new.ceilings})
    }
    until = _later(old.until, new.until)
    base = old if until == old.until else new
    return replace(
        base,
        until=until,
        set_at=old.set_at,
        cause_order=old.cause_order,
        ceilings={contract: size for contract, size in ceilings.items() if size != 0},
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later end; None has no end and is therefore latest."""
    return None if one is None or other is None else max(one, other)
