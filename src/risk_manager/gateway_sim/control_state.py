"""The control path's part for looking, for time and for beginning anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from risk_manager.gateway_sim import wire
from risk_manager.gateway_sim.control_errors import ControlError
from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.fields import INT64_MAX, Fields
from risk_manager.gateway_sim.hubs import Hubs
from risk_manager.gateway_sim.request_log import RequestLog, entry_members
from risk_manager.gateway_sim.venue import Venue
from risk_manager.gateway_sim.wire_text import rest_time


class StateControl:
    """Each method is one path. `fresh_start` forgets what the server keeps beside the exchange."""

    def __init__(
        self, venue: Venue, hubs: Hubs, log: RequestLog, fresh_start: Callable[[], None]
    ) -> None:
        self._venue = venue
        self._hubs = hubs
        self._log = log
        self._fresh_start = fresh_start

    def state(self, fields: Fields) -> dict[str, Any]:
        """Return the whole book; `after` leaves out requests up to that sequence number."""
        after = fields.opt_integer("after", INT64_MAX) or 0
        return {
            "now": rest_time(self._venue.now()),
            **self._venue.run(self._book),
            "requests": [entry_members(entry) for entry in self._log.entries(after)],
            "connections": self._hubs.counts(),
        }

    def clock(self, fields: Fields) -> dict[str, Any]:
        """Step simulated now, or change its speed."""
        given = [name for name in ("set", "advance_s", "speed") if fields.given(name)]
        if len(given) != 1:
            raise ControlError("give one of set, advance_s and speed")
        self._venue.catch_up()
        if given == ["set"]:
            self._venue.clock.set(fields.instant("set"))
        elif given == ["advance_s"]:
            self._venue.clock.advance(fields.decimal("advance_s"))
        else:
            self._venue.clock.set_speed(fields.decimal("speed"))
        self._venue.catch_up()
        return {"now": rest_time(self._venue.now())}

    def reset(self, fields: Fields) -> dict[str, Any]:
        """Begin anew: exchange, time, faults, log and limits; clients are sent away to reread."""
        seed = fields.opt_integer("seed", INT64_MAX)
        self._fresh_start()
        self._venue.reset(seed)
        self._hubs.close("user", "market", error=None, allow_reconnect=True)
        return {"now": rest_time(self._venue.now())}

    def _book(self, exchange: Exchange) -> dict[str, Any]:
        style = wire.rest_style(self._venue.options.forms)
        ids = [item.id for item in exchange.accounts()]
        return {
            "accounts": [wire.account(style, item) for item in exchange.accounts()],
            "positions": [wire.position(style, p) for a in ids for p in exchange.positions(a)],
            "orders": [wire.order(style, o) for a in ids for o in exchange.orders(a)],
            "trades": [wire.trade(style, t) for a in ids for t in exchange.trades(a)],
        }
