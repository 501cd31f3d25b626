"""What is kept of the stops we manage on one contract, over restarts too (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from risk_manager.domain.ids import ContractId, OrderId, PositionId, RuleId
from risk_manager.domain.orders import Order
from risk_manager.enforcement.remember import remember
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState

STOPS = RuleId("RULE-012")
"""The rule whose stops these are; what it remembers itself has other keys."""
TAG = "RM012-"
"""Every stop we place has a tag that begins so."""


@dataclass(frozen=True, slots=True)
class ManagedStop:
    """One contract. `opening` names the position, `held` the price its stops were brought to.

    `tag` is of a stop that was sent and of which nothing certain was heard since; `orders` are
    those of ours that the venue accepted.
    """

    opening: str
    held: Decimal | None = None
    tag: str | None = None
    orders: frozenset[OrderId] = frozenset()

    def text(self) -> str:
        """As it is stored."""
        ids = ",".join(map(str, sorted(self.orders)))
        return f"{self.opening}|{self.held or ''}|{self.tag or ''}|{ids}"

    @staticmethod
    def of(text: str) -> ManagedStop:
        """Read what is stored."""
        opening, held, tag, ids = text.split("|")
        orders = frozenset(OrderId(int(one)) for one in ids.split(",") if one)
        return ManagedStop(opening, Decimal(held) if held else None, tag or None, orders)

    def owns(self, order: Order) -> bool:
        """Whether an order is a stop we placed."""
        return is_tagged(order) or order.id in self.orders


class ManagedStops:
    """The kept rows of one account."""

    def __init__(self, account: AccountState) -> None:
        self._account = account

    def get(self, contract_id: ContractId, opening: str) -> ManagedStop:
        """The row of a contract's position; a new position starts with what is still placed."""
        known = self.known(contract_id)
        if known is None:
            return ManagedStop(opening)
        return known if known.opening == opening else replace(known, opening=opening, held=None)

    def known(self, contract_id: ContractId) -> ManagedStop | None:
        """The row of a contract, whatever position it was for."""
        text = self._account.memory.get((STOPS, _key(contract_id)))
        return None if text is None else ManagedStop.of(text)

    def put(self, step: Step, contract_id: ContractId, row: ManagedStop) -> None:
        """Keep a row; it is committed before the step's requests leave."""
        remember(step, self._account, STOPS, _key(contract_id), row.text())

    def settle_tag(self, step: Step, contract_id: ContractId, order_id: OrderId | None) -> None:
        """What became of the newest tag is known: an order, or (None) nothing, or one unnamed."""
        row = self.known(contract_id)
        assert row is not None, "it was written before the tag was sent"
        ids = row.orders if order_id is None else row.orders | {order_id}
        self.put(step, contract_id, replace(row, tag=None, orders=ids))

    def forget(self, step: Step, contract_id: ContractId) -> None:
        """Nothing of ours is left on a contract."""
        remember(step, self._account, STOPS, _key(contract_id), None)

    def contracts(self) -> list[ContractId]:
        """The contracts with a row."""
        keys = [key for rule_id, key in self._account.memory if rule_id == STOPS]
        return [ContractId(key[len(_PREFIX) :]) for key in keys if key.startswith(_PREFIX)]

    def is_own(self, order: Order) -> bool:
        """Whether an order is a stop we placed, in this run or an earlier one."""
        known = self.known(order.contract_id)
        return is_tagged(order) or (known is not None and known.owns(order))


def new_tag(position_id: PositionId, now: datetime) -> str:
    """A tag no order of the account has: trusted time never goes back."""
    return f"{TAG}{position_id}-{int(now.timestamp() * 1000)}"


def is_tagged(order: Order) -> bool:
    """Whether an order carries a tag of ours."""
    return order.custom_tag is not None and order.custom_tag.startswith(TAG)


_PREFIX = "stops "


def _key(contract_id: ContractId) -> str:
    return f"{_PREFIX}{contract_id}"
