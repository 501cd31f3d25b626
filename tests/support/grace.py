"""RULE-008 on the stage: one MNQ position opened at t = 0, looked at when a test says so."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from risk_manager.domain.orders import Order, OrderKind
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.no_stop_loss_grace import NoStopLossGrace
from tests.support.make import NOW, order, position
from tests.support.stage import Stage, rule

ENTRY = "21000"
POSITION = 77
STOP = 500


def grace(**keys: Any) -> Rule[Any]:
    """RULE-008 as the example file has it."""
    return rule(NoStopLossGrace.section, **keys)


def stop(
    size: int,
    price: str | None,
    kind: OrderKind = OrderKind.STOP,
    *,
    number: int = STOP,
    name: str = "MNQ",
    **more: Any,
) -> Order:
    """A stop order; `size` is signed."""
    made = order(name, size, kind, number=number, **more)
    return replace(made, stop_price=None if price is None else Decimal(price))


class Watched:
    """A stage whose clock counts from the entry of `size` contracts at 21000."""

    def __init__(self, size: int = 1, *, one: Rule[Any] | None = None, **more: Any) -> None:
        self.stage = Stage(one or grace(), **more)
        self.size = size
        self.late_ms = 0
        self.orders: tuple[Order, ...] = ()
        self.look(0)

    def look(self, t: float, *orders: Order | None, size: int | None = None) -> list[str]:
        """A look at `t` seconds finds this; what is wanted then.

        Without orders those of the last look are there; None means there are none.
        """
        self.move(t)
        if orders:
            self.orders = tuple(one for one in orders if one is not None)
        self.size = self.size if size is None else size
        return self.stage.restored(self.held(), self.orders)

    def held(self) -> list[Any]:
        """The position as the broker reports it."""
        if self.size == 0:
            return []
        return [position("MNQ", self.size, number=POSITION, opened=NOW, average=ENTRY)]

    def move(self, t: float) -> None:
        """Let time pass up to `t` seconds after the entry, 2 ms more at each call.

        So a look a whole number of seconds after another is requested after that time.
        """
        self.late_ms += 2
        at = NOW + timedelta(seconds=t, milliseconds=self.late_ms)
        self.stage.wait((at - self.stage.now).total_seconds())

    def looks(self, steps: Iterable[tuple[float, Order | None]]) -> list[float]:
        """Looks, each with one order or none, then each second up to 200 s: when it closes."""
        t = 0.0
        for t, found in steps:
            if self.look(t, found):
                return [t]
        rest = (at for at in range(int(t) + 1, 200) if self.look(at))
        return [at for at in [next(rest, None)] if at is not None]
