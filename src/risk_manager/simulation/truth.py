"""What is so at the venue, from its own events: sizes, money, prices, stops, trades.

Prices and flags are remembered for as long as news of them may be under way, because the daemon
may justly act on any of them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from risk_manager.gateway_sim.model import (
    SimAccount,
    SimOrder,
    SimPosition,
    SimQuote,
    SimTrade,
    VenueEvent,
)
from risk_manager.gateway_sim.venue_enums import OrderStatus
from risk_manager.simulation.checkers import STOPS
from risk_manager.simulation.setup import ACCOUNT, NO_HOLIDAYS
from risk_manager.simulation.watching import Watcher
from risk_manager.state.reset_scheduler import ResetSchedule
from risk_manager.utils.sessions import SessionCalendar

if TYPE_CHECKING:
    from risk_manager.simulation.week_world import WeekWorld

ZERO = Decimal(0)


@dataclass(slots=True)
class Held:
    """An open position; `uncovered_since` is None while stops cover it whole."""

    id: int
    contract_id: str
    root: str
    net: int
    average: Decimal
    opened_t: float
    best: Decimal = ZERO
    uncovered_since: float | None = None


class Truth(Watcher):
    """The account at the venue, as of now and for the `window` seconds before."""

    def __init__(self, world: WeekWorld) -> None:
        self._world = world
        self.held: dict[str, Held] = {}
        self.orders: dict[int, SimOrder] = {}
        self.trades: list[SimTrade] = []
        self.can_trade = True
        self.window = 0.0
        self.schedule = ResetSchedule(*world.reset)
        world.day_began = self.day = self.schedule.last_boundary(world.time.now)
        self._day_ends = self.schedule.next_reset(world.time.now)
        self._prices: dict[str, deque[tuple[float, Decimal]]] = {}
        self._session_of: object = None
        self._sessions: SessionCalendar | None = None

    @property
    def now(self) -> datetime:
        """The venue's time."""
        return self._world.time.now

    def on_venue(self, happened: VenueEvent) -> None:
        self.turn_day()
        match happened.data:
            case SimQuote() as quote:
                if quote.last is not None:
                    prices = self._prices.setdefault(quote.contract_id, deque(maxlen=400))
                    prices.append((self._world.t, quote.last))
            case SimPosition() as position:
                self._hold(position)
            case SimOrder() as order:
                self._note_order(order)
            case SimTrade() as trade:
                self._note_trade(trade)
            case SimAccount() as account:
                self.can_trade = account.can_trade

    def turn_day(self) -> bool:
        """Begin the new trading day, when there is one."""
        if self.now < self._day_ends:
            return False
        self._world.day_began = self.day = self.schedule.last_boundary(self.now)
        self._day_ends = self.schedule.next_reset(self.now)
        self.trades = [trade for trade in self.trades if trade.created >= self.day]
        return True

    def realized(self, *, net: bool = False) -> Decimal:
        """The day's realised P&L in USD, without voided trades."""
        total = ZERO
        for trade in self.trades:
            if not trade.voided:
                total += trade.profit_and_loss or ZERO
                total -= (trade.fees + trade.commissions) if net else ZERO
        return total

    def open_pnl(self, held: Held) -> tuple[Decimal, Decimal]:
        """The least and the most that a position was worth within the window, in USD."""
        row = self._world.contract(held.contract_id)
        values = [
            (price - held.average) * held.net * row.tick_value / row.tick_size
            for price in self._recent(held.contract_id)
        ]
        return min(values), max(values)

    def _recent(self, contract_id: str) -> list[Decimal]:
        """Every last price of the window, and the one that stood when it began."""
        prices, since = self._prices.get(contract_id), self._world.t - self.window
        if not prices:
            quote = self._world.exchange.quote(contract_id)
            assert quote is not None
            return [quote.last or ZERO]
        found = []
        for t, price in reversed(prices):
            found.append(price)
            if t < since:
                break
        return found

    def _hold(self, position: SimPosition) -> None:
        contract_id, size = position.contract_id, position.size * position.type.sign
        old = self.held.pop(contract_id, None)
        if size == 0:
            return
        if old is None or old.id != position.id:
            root = self._world.root(contract_id)
            average, t = position.average_price, self._world.t
            old = Held(position.id, contract_id, root, size, average, t)
        old.net, old.average = size, position.average_price
        self.held[contract_id] = old
        self._weigh_cover(contract_id)

    def _note_order(self, order: SimOrder) -> None:
        if order.status.terminal:
            self.orders.pop(order.id, None)
        else:
            self.orders[order.id] = order
        self._weigh_cover(order.contract_id)

    def _note_trade(self, trade: SimTrade) -> None:
        known = next((n for n, one in enumerate(self.trades) if one.id == trade.id), None)
        if known is not None:
            self.trades[known] = trade
        elif trade.created >= self.day:
            self.trades.append(trade)

    def _weigh_cover(self, contract_id: str) -> None:
        held = self.held.get(contract_id)
        if held is None:
            return
        cover = sum(
            order.remaining
            for order in self.orders.values()
            if order.contract_id == contract_id
            and order.type in STOPS
            and order.status is OrderStatus.OPEN
            and order.side.sign * held.net < 0
        )
        if cover >= abs(held.net):
            held.uncovered_since = None
        elif held.uncovered_since is None:
            held.uncovered_since = self._world.t

    def is_own(self, trade: SimTrade) -> bool:
        """Whether a close of ours (nobody else closes by the position call) made the trade."""
        return trade.account_id == ACCOUNT and self._world.exchange.is_close(trade.order_id)

    def uncovered_s(self, held: Held) -> float:
        """For how long stops have covered a position only in part, within the window at least."""
        since = held.uncovered_since
        return 0.0 if since is None else self._world.t - since + self.window

    def roots(self) -> list[str]:
        """The symbols that are held or ordered; `*` is any other."""
        ordered = (self._world.root(order.contract_id) for order in self.orders.values())
        return list(dict.fromkeys(["*", *(one.root for one in self.held.values()), *ordered]))

    def session_open(self, config: Any, root: str) -> bool:
        """Whether the session of a symbol is on."""
        if self._session_of is not config:
            self._session_of, self._sessions = config, config.calendar(NO_HOLIDAYS)
        assert self._sessions is not None
        return self._sessions.state(root, self.now).open

    def completes_target(self, held: Held) -> bool:
        """Whether a position's profit completes the day's target of RULE-013."""
        section = self._world.rules.get("daily_realized_profit")
        if section is None:
            return False
        done = self.realized(net=bool(section.get("include_fees")))
        return bool(done + self.open_pnl(held)[1] >= section["limit"])
