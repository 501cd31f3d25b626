"""Notices missing and frozen prices of held contracts (pure).

Without a quote for 10 s in an open market the newest 1-minute bar is asked for, one bar at a time,
so that requests cannot pile up at a venue that does not answer. Without any price for 30 s the
rules may test what is priced; after 30 s of silence the market hub is built anew, because a socket
can be healthy while its data is frozen (observed).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.feed_state import FeedState
from risk_manager.domain.ids import AccountId, ContractId
from risk_manager.domain.requests import FetchLastBar, Priority, RebuildHub
from risk_manager.enforcement.step import Step
from risk_manager.state.pnl_view import Market
from risk_manager.utils.market_hours import is_globex_open
from risk_manager.utils.messages import unknown_price

BAR_AFTER_S = 10.0
BAR_EVERY_S = 10.0
SILENT_S = 30.0
BAR_SPAN = timedelta(minutes=15)


class PriceWatch:
    """Asked once a second. Instants are monotonic seconds."""

    def __init__(
        self, guards: Mapping[AccountId, AccountGuard], market: Market, feed: FeedState
    ) -> None:
        self._guards = guards
        self._market = market
        self._feed = feed
        self._held_since: dict[ContractId, float] = {}
        self._asked: dict[ContractId, float] = {}
        self._awaited: ContractId | None = None
        self._rebuilt = float("-inf")
        self._stale: set[ContractId] = set()

    def bar_answered(self, contract_id: ContractId) -> None:
        """The bar on its way is here, good or bad: another may be asked for."""
        if contract_id == self._awaited:
            self._awaited = None

    def watch(self, step: Step) -> None:
        """Look at every held contract while the market is open."""
        held = {c for guard in self._guards.values() for c in guard.open_contracts()}
        mono = step.stamp.mono
        self._held_since = {c: self._held_since.get(c, mono) for c in held}
        market_open = is_globex_open(step.stamp.now)
        for guard in self._guards.values():
            self._note_unpriced(step, guard, market_open=market_open)
        if not market_open:
            return
        self._stale &= held
        for contract_id in sorted(held, key=lambda one: (self._asked_mono(one), one)):
            self._note_stale(step, contract_id)
            silent_s = mono - self._newest(contract_id)
            if silent_s >= BAR_AFTER_S:
                self._ask_bar(step, contract_id)
            if silent_s >= SILENT_S:
                self._rebuild(step, contract_id)

    def _note_unpriced(self, step: Step, guard: AccountGuard, *, market_open: bool) -> None:
        """Keep the clock of "no price at all" while the market is open, and alarm.

        Not at the first sweep: a position that was opened just now waits for its first quote. A
        rule that lacks the price alarms under its own name; one alarm is enough.
        """
        account, mono = guard.account, step.stamp.mono
        parts = guard.view.at(step.stamp).open_parts() if market_open else []
        lacking = sorted(part.contract_id for part in parts if part.lacks_price)
        if not lacking:
            account.unpriced_since = None
        elif account.unpriced_since is None:
            account.unpriced_since = mono
        elif not guard.judge.lacks_a_reading:
            names = ", ".join(self._market.contracts.label(c) for c in lacking)
            text = unknown_price(names, mono - account.unpriced_since, "open P&L")
            step.alarm(account.id, f"no price of {names}", text)

    def _note_stale(self, step: Step, contract_id: ContractId) -> None:
        """Say once that a price is old; it goes on being used."""
        ages = (one.market.settings.max_quote_age_seconds for one in self._guards.values())
        limit_s = min(ages)
        quote = self._market.quotes.last_quote_mono(contract_id)
        is_stale = quote is not None and step.stamp.mono - quote > limit_s
        subject, name = f"stale price {contract_id}", self._market.contracts.label(contract_id)
        if is_stale and contract_id not in self._stale:
            self._stale.add(contract_id)
            step.warn(None, subject, f"the price of {name} is older than {limit_s} s; it is used")
        elif not is_stale and contract_id in self._stale:
            self._stale.discard(contract_id)
            step.info(None, subject, f"the price of {name} is fresh again")

    def _newest(self, contract_id: ContractId) -> float:
        quote = self._market.quotes.last_quote_mono(contract_id)
        since = self._held_since[contract_id]
        return since if quote is None else max(quote, since)

    def _asked_mono(self, contract_id: ContractId) -> float:
        return self._asked.get(contract_id, float("-inf"))

    def _ask_bar(self, step: Step, contract_id: ContractId) -> None:
        mono = step.stamp.mono
        if self._awaited is not None or mono - self._asked_mono(contract_id) < BAR_EVERY_S:
            return
        self._awaited = contract_id
        self._asked[contract_id] = mono
        now = step.stamp.now
        request = FetchLastBar(
            step.ids.request(), contract_id, now - BAR_SPAN, now, Priority.DISPLAY
        )
        step.commands.append(request)

    def _rebuild(self, step: Step, contract_id: ContractId) -> None:
        since = self._feed.up_since("market")
        mono = step.stamp.mono
        if since is None or mono - max(since, self._rebuilt) < SILENT_S:
            return
        self._rebuilt = mono
        cause = f"no quote of {contract_id} for {int(SILENT_S)} s"
        step.warn(None, "market silence", f"{cause}: building the market hub anew")
        step.commands.append(RebuildHub("market", cause))
