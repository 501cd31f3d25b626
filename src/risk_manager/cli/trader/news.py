"""What is new since the last look: enforcements, a guard that is no longer whole, a last minute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from risk_manager.cli.trader.event_words import event_words
from risk_manager.cli.trader.model import AccountRow, EnforcementRow
from risk_manager.cli.trader.watch import Watch
from risk_manager.utils.wording import duration

SHOWN_FOR_S: Final = 10.0
LAST_MINUTE_S: Final = 60.0
_QUIET_WORDS: Final = frozenset({"MONITORED", "SHADOW"})


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news: a title of a few words, and what happened in one line."""

    title: str
    text: str


class News:
    """Compares each watch with the one before; the first one is no news.

    Each enforcement is told once, and each cause of trouble once as long as it lasts.
    """

    def __init__(self) -> None:
        self._known: set[tuple[object, ...]] | None = None
        self._causes: frozenset[str] = frozenset()
        self._word: str | None = None
        self._ending: frozenset[int] = frozenset()

    def look(self, watch: Watch) -> list[Item]:
        """Take the present watch; returns what is new, the oldest enforcement first."""
        return [*self._enforcements(watch), *self._troubles(watch), *self._sessions(watch)]

    def _enforcements(self, watch: Watch) -> list[Item]:
        if watch.status is None:
            return []
        seen = {
            (account.id, row.key or (row.at, row.rule, row.action, row.contract)): (account, row)
            for account in watch.status.accounts
            for row in account.enforcements
        }
        before, self._known = self._known, set(seen)
        if before is None:
            return []
        fresh = [both for key, both in seen.items() if key not in before]
        named = len(watch.status.accounts) > 1
        fresh.sort(key=lambda both: both[1].at)
        return [_item(account, row, named=named) for account, row in fresh]

    def _sessions(self, watch: Watch) -> list[Item]:
        """The last minute before the clock closes what an account holds."""
        if watch.status is None or watch.is_stale:
            return []
        before = self._ending
        ending = {row.id: left for row in watch.status.accounts if (left := _left(row, watch))}
        self._ending = frozenset(ending)
        return [
            Item("SESSION ENDS", f"all positions are closed in {duration(left)}")
            for account_id, left in ending.items()
            if account_id not in before
        ]

    def _troubles(self, watch: Watch) -> Iterator[Item]:
        first, before = self._word is None, self._causes
        changed = watch.word != self._word
        self._word = watch.word
        self._causes = frozenset() if watch.word in _QUIET_WORDS else frozenset(watch.causes)
        if first or watch.word in _QUIET_WORDS:
            return
        if watch.status is None or watch.is_stale:
            # The text counts seconds, so only the change of the word is news.
            if changed:
                yield Item(watch.word, "; ".join(watch.causes))
            return
        for cause in watch.causes:
            if cause not in before:
                yield Item(watch.word, cause)


class Banner:
    """The newest piece of news for ten seconds. `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._text = ""
        self._until = 0.0

    def show(self, text: str) -> None:
        """Show a line; it replaces the one before."""
        self._text, self._until = text, self._monotonic() + SHOWN_FOR_S

    def text(self) -> str:
        """Return the line, empty when there is none (any more)."""
        return self._text if self._monotonic() < self._until else ""


def _left(account: AccountRow, watch: Watch) -> float | None:
    """Seconds until the session closes open positions, while it is the last minute."""
    session = account.session
    if session is None or session.forced_close_in_s is None or not account.positions:
        return None
    left = session.forced_close_in_s - (watch.age_s or 0.0)
    return left if 0 < left <= LAST_MINUTE_S else None


def _item(account: AccountRow, row: EnforcementRow, *, named: bool) -> Item:
    whose = f"{account.name or account.id}: " if named else ""
    action = row.action.replace("_", " ").lower()
    return Item(f"{whose}{row.rule} {action}", event_words(account, row))
