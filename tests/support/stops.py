"""RULE-012 on the stage: positions at known entries, quotes, and what stop is wanted."""

from typing import Any

from risk_manager.rules.base_rule import Rule
from risk_manager.rules.trade_management import TradeManagement
from tests.support.make import NOW, position
from tests.support.stage import Stage, rule

POSITION = 77


def managed(
    breakeven: dict[str, Any] | None = None, trail: dict[str, Any] | None = None, **keys: Any
) -> Rule[Any]:
    """RULE-012 with one part or both; the values are those of the example file."""
    parts = {"auto_breakeven": breakeven, "trailing_stop": trail}
    for name, part in parts.items():
        if part is not None:
            keys[name] = {"enabled": True, **part}
    return rule(TradeManagement.section, **keys)


def breakeven(**keys: Any) -> Rule[Any]:
    """Only breakeven."""
    return managed(keys)


def trailing(**keys: Any) -> Rule[Any]:
    """Only the trail."""
    return managed(None, keys)


class Held:
    """One position of `size` in `name`, opened at `entry`, on a stage of its own."""

    def __init__(
        self, one: Rule[Any], name: str = "MNQ", size: int = 1, entry: str = "21000", **stage: Any
    ) -> None:
        self.name, self.size, self.entry = name, size, entry
        self.stage = Stage(one, **stage)
        self.look()

    def look(self, *, size: int | None = None, entry: str | None = None) -> list[str]:
        """The position as a look shows it, with another size or average if given."""
        self.size = self.size if size is None else size
        self.entry = self.entry if entry is None else entry
        account = self.stage.account.id
        row = position(
            self.name, self.size, number=POSITION, opened=NOW, average=self.entry, account=account
        )  # fmt: skip
        return self.stage.restored([row])

    def quote(self, *prices: str) -> list[str]:
        """Quotes one after the other; what the last one wants."""
        wanted: list[str] = []
        for price in prices:
            wanted = self.stage.quote(self.name, price)
        return wanted

    def stops(self, *prices: str) -> list[str | None]:
        """The stop wanted at each quote, None for none."""
        return [next((w.split()[-1] for w in self.quote(p)), None) for p in prices]
