"""The simulated market: one quote per contract and what an order meets in it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from risk_manager.gateway_sim.decimals import is_aligned
from risk_manager.gateway_sim.eventlog import EventLog
from risk_manager.gateway_sim.history import History
from risk_manager.gateway_sim.market_model import SimMarketTrade, SimQuote
from risk_manager.gateway_sim.model import SimContract
from risk_manager.gateway_sim.venue_enums import OrderSide, TradeLogType


class Market:
    """Quotes by contract id. A contract nobody has priced yet has an empty quote."""

    def __init__(self, log: EventLog, history: History) -> None:
        self._log = log
        self._history = history
        self._quotes: dict[str, SimQuote] = {}

    def quote(self, contract: SimContract, at: datetime) -> SimQuote:
        """Return the contract's own quote; the caller must not change it."""
        quote = self._quotes.get(contract.id)
        if quote is None:
            quote = SimQuote(
                contract.id, contract.symbol_id, None, None, None, None, None, None, 0, at
            )
            self._quotes[contract.id] = quote
        return quote

    def open_at(self, contract: SimContract, price: Decimal, at: datetime) -> None:
        """Give a contract its first price without telling anybody."""
        quote = self.quote(contract, at)
        quote.last = quote.bid = quote.open = quote.high = quote.low = price
        quote.ask = price + contract.tick_size
        self._history.start(contract, price)

    def set(
        self,
        contract: SimContract,
        last: Decimal | None,
        bid: Decimal | None,
        ask: Decimal | None,
        at: datetime,
        volume: int = 1,
    ) -> None:
        """Change the quote and tell it; `last` is also printed as a market trade.

        What is not given: `last` stays, and a new `last` alone brings bid = last and ask one tick
        above. A last of 0 beside a bid above 0 means "no last price": it is shown, not printed
        (zero lasts are seen in thin hours). ValueError for a price off the tick or a crossed quote.
        """
        for price in (last, bid, ask):
            if price is not None and not is_aligned(price, contract.tick_size):
                raise ValueError(f"{price} is not a multiple of {contract.tick_size}")
        if bid is not None and ask is not None and bid > ask:
            raise ValueError(f"bid {bid} is above ask {ask}")
        quote = self.quote(contract, at)
        before = quote.last
        if last is not None:
            bid, ask = _around(last, bid, ask, contract.tick_size)
            quote.last = last
        quote.bid = quote.bid if bid is None else bid
        quote.ask = quote.ask if ask is None else ask
        quote.at = at
        if last is not None and is_print(quote):
            self._print(contract, quote, last, before, volume)
        self._log.emit("quote", quote)

    def _print(
        self,
        contract: SimContract,
        quote: SimQuote,
        price: Decimal,
        before: Decimal | None,
        volume: int,
    ) -> None:
        quote.open = price if quote.open is None else quote.open
        quote.high = price if quote.high is None else max(quote.high, price)
        quote.low = price if quote.low is None else min(quote.low, price)
        quote.volume += volume
        aggressor = TradeLogType.BUY if before is None or price >= before else TradeLogType.SELL
        trade = SimMarketTrade(contract.id, contract.symbol_id, price, aggressor, volume, quote.at)
        self._history.record(contract, price, volume, quote.at)
        self._log.emit("market_trade", trade)


def _around(
    last: Decimal, bid: Decimal | None, ask: Decimal | None, tick: Decimal
) -> tuple[Decimal, Decimal]:
    """Return bid and ask for a new last price, one tick apart where they are not given."""
    if bid is None and ask is None:
        return last, last + tick
    if bid is None:
        assert ask is not None
        return ask - tick, ask
    return bid, bid + tick if ask is None else ask


def is_print(quote: SimQuote) -> bool:
    """Return whether `last` is a price at which the market traded."""
    return quote.last is not None and not (
        quote.last == 0 and quote.bid is not None and quote.bid > 0
    )


def touch(quote: SimQuote, side: OrderSide) -> Decimal | None:
    """Return what an aggressor of this side meets: the ask for a buy, the bid for a sell.

    The last price stands in for a missing side; None without any price.
    """
    best = quote.ask if side is OrderSide.BID else quote.bid
    return quote.last if best is None else best


def traded(quote: SimQuote, side: OrderSide) -> Decimal | None:
    """Return the price that triggers orders of this side: the last, without one the touch."""
    return quote.last if is_print(quote) else touch(quote, side)
