"""The control path's part for what traders and the venue do: orders, fills, prices, flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from risk_manager.gateway_sim import wire
from risk_manager.gateway_sim.control_errors import ControlError
from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.fields import INT64_MAX, Fields
from risk_manager.gateway_sim.model import Answer
from risk_manager.gateway_sim.rest_orders import cancel_action, modify_action, read_place
from risk_manager.gateway_sim.venue import Venue
from risk_manager.gateway_sim.venue_enums import OrderSide

BRACKET_MODES = {"auto_oco": True, "position": False}
"""What `bracketMode` may say: Auto OCO Brackets, or Position Brackets (the platform's default)."""


class TraderControl:
    """Each method is one path; it returns the members of the answer or raises."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    def order(self, fields: Fields) -> dict[str, Any]:
        """Place a trader's order."""
        request = read_place(fields, silent=fields.opt_flag("silent") or False)
        return _order_members(self._venue.run(lambda e: e.place(request)))

    def order_modify(self, fields: Fields) -> dict[str, Any]:
        """Modify a trader's order."""
        return self._change(fields, modify_action(fields))

    def order_cancel(self, fields: Fields) -> dict[str, Any]:
        """Cancel a trader's order."""
        return self._change(fields, cancel_action(fields))

    def fill(self, fields: Fields) -> dict[str, Any]:
        """Fill a trader's order at once, whatever the hours and canTrade."""
        side = fields.integer("side")
        if side not in {0, 1}:
            raise ControlError("side must be 0 (buy) or 1 (sell)")
        account_id, contract_id = fields.integer("accountId"), fields.text("contractId")
        size, price = fields.integer("size"), fields.money_text("price")
        silent = fields.opt_flag("silent") or False
        answer = self._venue.run(
            lambda e: e.fill_now(
                account_id, contract_id, OrderSide(side), size, price, silent=silent
            )
        )
        return _order_members(answer)

    def price(self, fields: Fields) -> dict[str, Any]:
        """Set the market of a contract."""
        contract_id = fields.text("contractId")
        last, bid, ask = (fields.money_text(name) for name in ("last", "bid", "ask"))
        self._venue.run(lambda e: e.set_price(contract_id, last, bid, ask))
        return {}

    def account(self, fields: Fields) -> dict[str, Any]:
        """Set flags of an account."""
        account_id, mode = fields.integer("accountId"), fields.opt_text("bracketMode")
        if mode is not None and mode.casefold() not in BRACKET_MODES:
            raise ControlError(f"bracketMode must be one of {', '.join(BRACKET_MODES)}")
        auto_oco = None if mode is None else BRACKET_MODES[mode.casefold()]
        can_trade, follower = fields.opt_flag("canTrade"), fields.opt_flag("follower")
        changed = self._venue.run(
            lambda e: e.set_account(
                account_id, can_trade=can_trade, auto_oco=auto_oco, follower=follower
            )
        )
        style = wire.rest_style(self._venue.options.forms)
        return {"account": wire.account(style, changed)}

    def trade_void(self, fields: Fields) -> dict[str, Any]:
        """Void a fill."""
        trade_id = fields.integer("tradeId", INT64_MAX)
        voided = self._venue.run(lambda e: e.void_trade(trade_id))
        if voided is None:
            raise ControlError(f"there is no trade {trade_id}")
        return {"trade": wire.trade(wire.rest_style(self._venue.options.forms), voided)}

    def contract_roll(self, fields: Fields) -> dict[str, Any]:
        """Make a root's next month the active one."""
        root = fields.text("root")
        old, new = self._venue.run(lambda e: e.roll(root))
        return {"old": wire.contract(old), "new": wire.contract(new)}

    def _change(self, fields: Fields, action: Callable[[Exchange], Answer]) -> dict[str, Any]:
        silent = fields.opt_flag("silent") or False
        run = self._venue.run_silently if silent else self._venue.run
        return _order_members(run(action))


def _order_members(answer: Answer) -> dict[str, Any]:
    members = {"errorCode": int(answer.code), "orderId": answer.order_id}
    if answer.code != 0:
        raise ControlError(answer.message or f"refused with code {int(answer.code)}", **members)
    return members
