"""Quotes that change no rule's answer, told apart cheaply (pure).

Most quotes only move the open P&L a little. Once every rule that hears quotes has answered with a
plain reading, and until anything but a price changes, each rule is only asked whether that reading
still stands. Its words are made up for when somebody reads the status. Whatever is in doubt goes
the full way: the short one never decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from risk_manager.core.price_moves import PriceMoves
from risk_manager.core.rule_record import RuleRecord
from risk_manager.domain.decisions import Reading, Verdict
from risk_manager.domain.events import Event, QuoteChanged, Stamp
from risk_manager.state.account_state import AccountState
from risk_manager.state.account_view import StateView
from risk_manager.state.pnl_view import Market


def is_plain(verdict: Verdict) -> bool:
    """Whether a verdict is a reading with nothing unknown, to do, to remember or to wait for."""
    return (
        isinstance(verdict, Reading)
        and verdict.unknown is None
        and not verdict.notes
        and not verdict.decisions
        and verdict.follow_up is None
    )


class QuietQuotes:
    """The quotes of one account; `hearing` is the status of the rules that hear them."""

    def __init__(
        self, account: AccountState, market: Market, hearing: Iterable[RuleRecord]
    ) -> None:
        self._account = account
        self._market = market
        self._hearing = tuple(hearing)
        self.rules = tuple(status.rule for status in self._hearing)
        self._moves: PriceMoves | None = None
        self.skipped = 0
        self._last: tuple[QuoteChanged, Stamp] | None = None

    def stand(self, stamp: Stamp, quote: QuoteChanged) -> bool:
        """Whether a quote that was just merged leaves every rule's reading as it is."""
        if self._moves is None:
            return False
        move = self._moves.take(quote.contract_id, stamp.mono)
        if move is None:
            return False
        try:
            for rule in self.rules:
                if not rule.still_holds(move):
                    return False
        except Exception:  # noqa: BLE001 - the full way reports what is broken
            return False
        self.skipped += 1
        self._last = (quote, stamp)
        return True

    def judged(self, stamp: Stamp, *, plain: bool) -> None:
        """A quote went the full way; `plain` says that all its verdicts were plain readings."""
        self._last = None
        self._moves = PriceMoves.of(self._account, self._market, stamp.mono) if plain else None

    def end(self, view: StateView, heard: type[Event] | None = None) -> None:
        """Something else than a price is about to change: the next quote goes the full way.

        Rules that are asked anew, because they hear events of type `heard`, need no catching up.
        """
        if self._moves is not None:
            self.catch_up(view, heard)
            self._moves = None

    def catch_up(self, view: StateView | None, heard: type[Event] | None = None) -> None:
        """Put the readings of the newest quote into the status; the view keeps its instants."""
        self._count()
        if self._last is None or view is None:
            return
        (quote, stamp), before = self._last, view.stamp
        self._last = None
        view.at(stamp)
        for status in self._hearing:
            if heard is not None and heard in status.rule.inputs():
                continue
            verdict = status.rule.check(quote, view)
            if isinstance(verdict, Reading):
                status.note(verdict, stamp)
        view.at(before)

    def _count(self) -> None:
        if self.skipped:
            for status in self._hearing:
                status.events += self.skipped
            self.skipped = 0
