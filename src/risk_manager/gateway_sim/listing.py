"""Contracts: which months exist, which are active, how they are named and found."""

from __future__ import annotations

import re
from datetime import date

from risk_manager.gateway_sim.model import SimContract
from risk_manager.gateway_sim.months import LETTERS, Month
from risk_manager.gateway_sim.products import Product, products

# CON.F.US.<root>.<month letter><two digits of the year>
_ID = re.compile(r"CON\.F\.US\.([A-Z0-9]+)\.([FGHJKMNQUVXZ])([0-9]{2})")
_CENTURY = 2000
_SEARCH_LIMIT = 20


class Listing:
    """The active month of every product, and any other month on request as inactive."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._front = {root: product.cycle.front(day) for root, product in products().items()}
        self._contracts: dict[str, SimContract] = {}
        for root, month in self._front.items():
            self._list(products()[root], month, active=True)

    def active(self) -> list[SimContract]:
        """Return the active contracts in the product table's order."""
        found = (self._contracts[contract_id(r, m)] for r, m in self._front.items())
        return list(found)

    def get(self, wanted: str) -> SimContract | None:
        """Return a contract by id; a month of the product's cycle that is not active resolves too.

        None for an unknown root, a month outside the cycle and anything else.
        """
        known = self._contracts.get(wanted)
        match = _ID.fullmatch(wanted)
        if known is not None or match is None or match[1] not in products():
            return known
        product = products()[match[1]]
        if match[2] not in product.cycle.letters:
            return None
        month = Month(_CENTURY + int(match[3]), LETTERS.index(match[2]) + 1)
        return self._list(product, month, active=False)

    def search(self, text: str) -> list[SimContract]:
        """Return up to 20 active contracts with `text` in name, root or description.

        Loose on purpose: NQ also finds QG and QM through their roots NQG and NQM (documented).
        """
        wanted = text.casefold()
        hits = [
            c for c in self.active() if wanted in f"{c.name}\n{c.id}\n{c.description}".casefold()
        ]
        return hits[:_SEARCH_LIMIT]

    def roll(self, root: str, day: date) -> tuple[SimContract, SimContract]:
        """Make the next month of the cycle active; KeyError for an unknown root."""
        product = products()[root]
        old_month = self._front[root]
        self._day = day
        self._front[root] = new_month = product.cycle.next_after(old_month)
        old = self._contracts[contract_id(root, old_month)]
        old.active = False
        known = self._contracts.get(contract_id(root, new_month))
        new = known or self._list(product, new_month, active=True)
        new.active = True
        return old, new

    def _list(self, product: Product, month: Month, *, active: bool) -> SimContract:
        contract = SimContract(
            id=contract_id(product.root, month),
            name=f"{product.symbol}{month.letter}{month.year % 10}",
            description=f"{product.name}: {month.title}",
            symbol_id=f"F.US.{product.root}",
            root=product.root,
            symbol=product.symbol,
            tick_size=product.tick_size,
            tick_value=product.tick_value,
            fee=product.fee(self._day),
            commission=product.commission,
            active=active,
        )
        self._contracts[contract.id] = contract
        return contract


def contract_id(root: str, month: Month) -> str:
    """Return the gateway's id of a product's month."""
    return f"CON.F.US.{root}.{month.letter}{month.year % 100:02d}"


def display_name(contract: SimContract) -> str:
    """Return the name of positions on the stream: two digits of the year, such as MNQU26."""
    return f"{contract.symbol}{contract.id.rpartition('.')[2]}"
