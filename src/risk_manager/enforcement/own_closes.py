"""Which fills our own closes caused: they are never counted as the trader's (pure)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from risk_manager.domain.ids import ContractId, IntentId
from risk_manager.domain.orders import Order, OrderKind, Side
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import PastClose
from risk_manager.enforcement.contract_action import ContractAction
from risk_manager.enforcement.own_orders import MATCH_WINDOW

KEEP_CLOSES = 1000
"""Own closes remembered, to know their fills however late they are told."""


@dataclass(slots=True)
class _Sent:
    """One close on its way or done; `side` is the side its order takes, None if not known."""

    contract_id: ContractId
    side: Side | None
    sent_at: datetime
    ended_at: datetime | None = None


class OwnCloses:
    """The closes and reduces sent for one account, to tell their fills from the trader's."""

    def __init__(self) -> None:
        self._sent: OrderedDict[tuple[IntentId, Side | None], _Sent] = OrderedDict()

    def restore(self, past: Iterable[PastClose]) -> None:
        """Take over the closes of earlier runs."""
        for one in past:
            row = _Sent(one.contract_id, one.side, one.created_at, one.ended_at)
            self._sent[(one.intent_id, one.side)] = row

    def note_sent(self, action: ContractAction) -> None:
        """A close or reduce leaves; repeats on the same side belong to the first."""
        if action.sent_at is None:
            return
        side = action.side.opposite
        row = _Sent(action.contract_id, side, action.sent_at)
        self._sent.setdefault((action.intent.id, side), row)
        while len(self._sent) > KEEP_CLOSES:
            self._sent.popitem(last=False)

    def note_ended(self, intent_id: IntentId, at: datetime) -> None:
        """A look showed the effect: later fills are not of this close."""
        for (known, _), row in self._sent.items():
            if known == intent_id and row.ended_at is None:
                row.ended_at = at

    def caused(self, trade: Trade, order: Order | None) -> bool:
        """Whether a fill belongs to one of these closes; `order` None if it is not known.

        Matched by contract, closing side, market kind and time. In doubt it does: the match only
        keeps our own work from being counted as the trader's.
        """
        if order is not None and not _may_close(order):
            return False
        return any(_fits(row, trade, order) for row in self._sent.values())


def _may_close(order: Order) -> bool:
    return order.kind in (OrderKind.MARKET, OrderKind.UNKNOWN) and order.custom_tag is None


def _fits(row: _Sent, trade: Trade, order: Order | None) -> bool:
    """A close carries no side: one that met a turned position closed that."""
    if row.contract_id != trade.contract_id:
        return False
    if trade.pnl is None and row.side not in (None, trade.side):
        return False
    begun = row.sent_at - MATCH_WINDOW
    created = None if order is None else order.created_at
    if trade.at < begun or (created is not None and created < begun):
        return False
    return row.ended_at is None or trade.at <= row.ended_at + MATCH_WINDOW
