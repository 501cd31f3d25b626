"""What changed in the published status: the guard's own state, locks that came and went (pure)."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Final

from risk_manager.alerts.alert import Alert
from risk_manager.alerts.status_view import AccountView, LockView, StatusView
from risk_manager.config.alerts_file import AlertLevel
from risk_manager.domain.ids import ACCOUNT_SCOPE
from risk_manager.domain.locks import LockKind
from risk_manager.utils.datetime_helpers import zone_of
from risk_manager.utils.messages import lock_line
from risk_manager.utils.wording import ending_in_words

STALE_S: Final = 5.0
"""A status older than this proves no longer that anybody guards."""
HOLD_S: Final = 10.0
"""A trouble must last so long before somebody is told: a reconnect takes a moment."""
CALM_S, UNREST_S = 120.0, 30.0
"""Within the first after a word was told, the next one must last the second."""
MONITORED: Final = "MONITORED"
_NOBODY: Final = "NOT MONITORED"
_KINDS: Final = {kind.value: kind for kind in LockKind}
_SYMBOL_WORDS: Final = {LockKind.UNTIL_SESSION.value: "SESSION CLOSED"}


class GuardWatch:
    """The guard's own word: MONITORED, SHADOW, DEGRADED, NOT MONITORED."""

    def __init__(self) -> None:
        self._told: str | None = None
        self._word: str | None = None
        self._since = 0.0
        self._told_mono = float("-inf")

    def look(self, status: StatusView | None, age_s: float, mono: float) -> list[Alert]:
        """Return what is to be said of a word that has lasted."""
        stale = status is None or age_s > STALE_S
        word = _NOBODY if stale or status is None else status.status
        if word != self._word:
            self._word, self._since = word, mono
        calm = mono - self._told_mono >= CALM_S
        hold_s = 0.0 if stale or (word == MONITORED and calm) else HOLD_S if calm else UNREST_S
        if word == self._told or mono - self._since < hold_s:
            return []
        first, self._told, self._told_mono = self._told is None, word, mono
        text = _STALE if stale or status is None else _guard_text(status)
        level = _LEVELS.get(word, AlertLevel.WARNING)
        if first and status is not None and word == MONITORED:
            names = ", ".join(account.label for account in status.accounts)
            text = f"{text} - {names}"
        return [Alert(level, "", text, ("guard", mono))]


_LEVELS: Final = {MONITORED: AlertLevel.INFO, _NOBODY: AlertLevel.ALARM}
_STALE: Final = (
    f"{_NOBODY} - the guard does not answer - nobody enforces your rules"
    " - close what you cannot watch yourself, and look at the computer"
)


STOPPED: Final = Alert(
    AlertLevel.WARNING, "", f"{_NOBODY} - the guard was stopped - nobody enforces your rules", "end"
)
"""The last word of a run that ends in order."""


def _guard_text(status: StatusView) -> str:
    causes = "; ".join(status.causes) or "no cause told"
    if status.status == MONITORED:
        return f"{MONITORED} - the guard is on - you may trade within your limits"
    if status.status == _NOBODY:
        return f"{_NOBODY} - {causes} - nobody enforces your rules"
    if status.status == "SHADOW":
        return "SHADOW - nothing is enforced; breaches are only recorded"
    return f"{status.status} - {causes} - you may trade; what is not named here is guarded"


class LockWatch:
    """Tells of each lock when it is seen first, when it becomes longer, and when it is gone."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str], LockView] = {}

    def look(self, status: StatusView) -> list[Alert]:
        """Return what is new since the last look."""
        now = {
            (account.id, lock.rule, lock.scope): (account, lock)
            for account in status.accounts
            for lock in account.locks
        }
        found = []
        for key, (account, lock) in now.items():
            before = self._known.get(key)
            if before is None or before.until != lock.until:
                text = lock_text(status, account, lock)
                found.append(Alert(_level(lock), account.label, text, ("lock", *key)))
        accounts = status.by_id
        for key in [gone for gone in self._known if gone not in now]:
            account_id, rule, scope = key
            if account_id in accounts:
                found.append(_ended(accounts[account_id], rule, scope))
        self._known = {key: lock for key, (_, lock) in now.items()}
        return found


def lock_text(status: StatusView, account: AccountView, lock: LockView) -> str:
    """Return the line the screens show: word, reason, until when, what is still allowed."""
    if lock.scope == ACCOUNT_SCOPE:
        word = account.state
        reason = "" if word == "SESSION CLOSED" else lock.reason
    else:
        word = _SYMBOL_WORDS.get(lock.kind, "BLOCKED SYMBOL")
        reason = lock.scope
    kind = _KINDS.get(lock.kind, LockKind.PERMANENT)
    zone = _zone(account)
    ending = ending_in_words(kind, lock.until, status.at, zone, zone)
    return lock_line(word, reason, ending, lock.allowed)


def _ended(account: AccountView, rule: str, scope: str) -> Alert:
    left = [lock for lock in account.locks if lock.scope in (scope, ACCOUNT_SCOPE)]
    what = "account" if scope == ACCOUNT_SCOPE else scope
    rest = f"{account.state}: another lock holds" if left else "you may trade within your limits"
    text = f"UNLOCKED - the {rule} lock on {what} ended - {rest}"
    return Alert(AlertLevel.INFO, account.label, text, ("unlock", account.id, rule, scope))


def _level(lock: LockView) -> AlertLevel:
    """The end of a session comes every day; a lock of a limit does not."""
    if lock.kind in {LockKind.UNTIL_SESSION.value, LockKind.SYMBOL_BLOCK.value}:
        return AlertLevel.INFO
    return AlertLevel.ALARM


def _zone(account: AccountView) -> tzinfo:
    try:
        return zone_of(account.timezone or "UTC")
    except ValueError:
        return UTC
