"""MOD-006: quotes of all contracts and the prices positions are valued at; memory only.

One object serves all accounts. Prices are in points and must already be cleaned of zero, negative
and non-finite values (`domain.money.usable_price`). Instants are monotonic seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from risk_manager.config.models import PriceBasis
from risk_manager.domain.events import QuoteChanged
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Side
from risk_manager.domain.unknown import Unknown
from risk_manager.state.jump_guard import STANDING_S, is_jump
from risk_manager.state.quote_book import QuoteBook


@dataclass(frozen=True, slots=True)
class Price:
    """A price in points. `age_s` is since the last quote (or the bar) arrived.

    A stale price is used, marked and warned about.
    """

    value: Decimal
    age_s: float
    stale: bool


@dataclass(frozen=True, slots=True)
class _Bar:
    close: Decimal
    at: datetime
    mono: float


class QuoteTracker:
    """Merged quotes, guarded against single odd prices.

    `max_jump_pct` is the percentage beyond which a price must be confirmed (0 = off);
    `book_age_s` how old bid and ask may be to clamp a newer last price.
    """

    def __init__(self, max_jump_pct: Decimal, book_age_s: float = 10.0) -> None:
        self._fraction = max_jump_pct / 100
        self._book_age_s = book_age_s
        self._books: dict[ContractId, QuoteBook] = {}
        self._bars: dict[ContractId, _Bar] = {}
        self._waiting: dict[ContractId, float] = {}
        self._settled: dict[ContractId, tuple[PriceBasis, Side, Decimal]] = {}

    def set_limits(self, max_jump_pct: Decimal, book_age_s: float) -> None:
        """Judge later quotes by other limits."""
        self._fraction = max_jump_pct / 100
        self._book_age_s = book_age_s

    def update(self, quote: QuoteChanged, mono: float) -> bool:
        """Merge a quote field by field; False if it was older than the newest one and ignored."""
        contract_id = quote.contract_id
        self._settled.pop(contract_id, None)
        book = self._books.get(contract_id)
        if book is None:
            book = self._books[contract_id] = QuoteBook()
        elif quote.at is not None and book.at is not None and quote.at < book.at:
            return False
        book.merge(quote, mono, self._fraction, self._book_age_s)
        self._note_waiting(contract_id, book)
        return True

    def value(
        self, contract_id: ContractId, side: Side, basis: PriceBasis, mono: float
    ) -> Decimal | Unknown:
        """Return the price alone, whatever its age.

        Several rules and accounts ask for it on each quote: between two quotes it is found once,
        unless a jump or a bar waits for its time.
        """
        settled = self._settled.get(contract_id)
        if settled is not None and settled[0] is basis and settled[1] is side:
            return settled[2]
        price = self.price(contract_id, side, basis, mono, self._book_age_s)
        if isinstance(price, Unknown):
            return price
        if contract_id not in self._waiting and contract_id not in self._bars:
            self._settled[contract_id] = (basis, side, price.value)
        return price.value

    def is_settled(self, contract_id: ContractId) -> bool:
        """Whether the contract has a price that no passing of time can change."""
        known = contract_id in self._books
        return known and contract_id not in self._waiting and contract_id not in self._bars

    def price(
        self, contract_id: ContractId, side: Side, basis: PriceBasis, mono: float, max_age_s: float
    ) -> Price | Unknown:
        """Return what a position on `side` is valued at; Unknown when there is no price at all.

        While a jump is unconfirmed this is the last accepted price. The close of a bar counts,
        always as stale, when there is no quote or when the bar began after the last quote.
        """
        book = self._books.get(contract_id)
        value = None if book is None else book.guard_of(basis, side).value(mono)
        bar = self._bars.get(contract_id)
        if bar is not None and self._bar_counts(bar, value, book, mono):
            return Price(bar.close, mono - bar.mono, stale=True)
        if book is None or value is None:
            return Unknown(f"no price of {contract_id} yet")
        age_s = mono - book.mono
        return Price(value, age_s, age_s > max_age_s)

    def set_bar(self, contract_id: ContractId, close: Decimal, at: datetime, mono: float) -> None:
        """Remember the close (points) of a 1-minute bar that began at `at`; an older one is not."""
        self._settled.pop(contract_id, None)
        known = self._bars.get(contract_id)
        if known is None or at >= known.at:
            self._bars[contract_id] = _Bar(close, at, mono)

    def last_quote_mono(self, contract_id: ContractId) -> float | None:
        """Return when the newest quote arrived, None before the first."""
        book = self._books.get(contract_id)
        return None if book is None else book.mono

    def pending_confirmation(self) -> float | None:
        """Return when the earliest unconfirmed jump will have stood long enough, if any."""
        return min(self._waiting.values(), default=None)

    def confirm_standing(self, mono: float) -> tuple[ContractId, ...]:
        """Accept the jumps that stood long enough; return the contracts whose price changed."""
        due = tuple(contract_id for contract_id, at in self._waiting.items() if at <= mono)
        for contract_id in due:
            self._settled.pop(contract_id, None)
            book = self._books[contract_id]
            for guard in book.guards():
                guard.settle(mono)
            self._note_waiting(contract_id, book)
        return due

    def forget(self, contract_id: ContractId) -> None:
        """Drop everything about a contract nobody watches any more."""
        for known in (self._books, self._bars, self._waiting, self._settled):
            known.pop(contract_id, None)

    def _note_waiting(self, contract_id: ContractId, book: QuoteBook) -> None:
        since = book.pending_since()
        if since is not None:
            self._waiting[contract_id] = since + STANDING_S
        elif self._waiting:
            self._waiting.pop(contract_id, None)

    def _bar_counts(
        self, bar: _Bar, value: Decimal | None, book: QuoteBook | None, mono: float
    ) -> bool:
        if value is None or book is None:
            return True
        if book.at is None or bar.at <= book.at:
            return False
        return mono >= bar.mono + STANDING_S or not is_jump(bar.close, value, self._fraction)
