"""Turns notices, enforcements and the status into alerts (pure). Times are monotonic seconds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from risk_manager.alerts.alert import Alert
from risk_manager.alerts.episodes import Episodes
from risk_manager.alerts.ladder import Ladder
from risk_manager.alerts.status_view import AccountView, StatusView
from risk_manager.alerts.status_watch import GuardWatch, LockWatch
from risk_manager.config.alerts_file import AlertLevel
from risk_manager.domain.ids import ACCOUNT_SCOPE
from risk_manager.domain.records import EnforcementRecord, Level, Notice, Outcome
from risk_manager.domain.symbols import root_of_contract_id
from risk_manager.utils.messages import Exposure, closed_without_lock, reduced

REMEMBERED: Final = 200
"""Actions whose outcome was told."""
_LEVELS: Final = {Level.WARNING: AlertLevel.WARNING, Level.ALARM: AlertLevel.ALARM}
_DONE: Final = frozenset({Outcome.DONE, Outcome.ALREADY})
_CLOSE, _REDUCE = "CLOSE_POSITION", "REDUCE_POSITION"


class Router:
    """Decides what is worth telling; `warn_at` are the rungs of the ladder in per cent."""

    def __init__(self, warn_at: Sequence[int]) -> None:
        self._episodes = Episodes()
        self._ladder = Ladder(warn_at)
        self._guard = GuardWatch()
        self._locks = LockWatch()
        self._status: StatusView | None = None
        self._told: OrderedDict[str, None] = OrderedDict()

    def status(self, status: StatusView | None, age_s: float, mono: float) -> list[Alert]:
        """Look at the newest status; None when there is none yet. Ends episodes, too."""
        found = self._guard.look(status, age_s, mono)
        if status is not None:
            self._status = status
            found += self._locks.look(status)
            found += self._ladder.look(status, mono)
        return [*self._pass(found, mono), *self._episodes.tick(mono)]

    def notice(self, notice: Notice, mono: float) -> list[Alert]:
        """Take what the log was told."""
        level = _LEVELS.get(notice.level)
        if level is None:
            return []
        key = ("notice", notice.account_id, notice.subject)
        text = notice.text
        if "you may" not in text:
            text = f"{text} - {self._allowed(notice.account_id)}"
        return self._pass([Alert(level, self._label(notice.account_id), text, key)], mono)

    def record(self, record: EnforcementRecord, mono: float) -> list[Alert]:
        """Take an enforcement: told once its effect was seen, unless a lock says it better."""
        is_size = record.action in {_CLOSE, _REDUCE}
        if not is_size or record.outcome not in _DONE or record.key in self._told:
            return []
        self._told[record.key] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        account = self._account(record.account_id)
        if account is not None and account.locked_by(record.rule_id):
            return []
        key = ("enforced", record.account_id, record.rule_id)
        label = self._label(record.account_id)
        text = _done_text(record, account)
        return self._pass([Alert(AlertLevel.ALARM, label, text, key)], mono)

    def _pass(self, alerts: Iterable[Alert], mono: float) -> list[Alert]:
        return [each for alert in alerts for each in self._episodes.take(alert, mono)]

    def _allowed(self, account_id: int | None) -> str:
        """Return what is still allowed, for a notice that does not say so itself."""
        account = self._account(account_id)
        if account is None:
            return "what is not named here is guarded"
        held = next((lock for lock in account.locks if lock.scope == ACCOUNT_SCOPE), None)
        return "you may trade; other rules are active" if held is None else held.allowed

    def _account(self, account_id: int | None) -> AccountView | None:
        if self._status is None or account_id is None:
            return None
        return self._status.by_id.get(account_id)

    def _label(self, account_id: int | None) -> str:
        if account_id is None:
            return ""
        account = self._account(account_id)
        return str(account_id) if account is None else account.label


def _done_text(record: EnforcementRecord, account: AccountView | None) -> str:
    """Return the screens' line; under another rule's lock that lock says what is allowed."""
    contract = record.contract_id or ""
    symbol = root_of_contract_id(contract) or contract
    before, after = record.from_size or 0, record.to_size or 0
    if record.action == _REDUCE and after:
        return reduced(symbol, before, after, after)
    locks = () if account is None else account.locks
    held = next((lock for lock in locks if lock.scope in (ACCOUNT_SCOPE, symbol)), None)
    if held is not None:
        return f"CLOSED - {symbol} {before} - {record.reason} - {held.allowed}"
    return closed_without_lock(Exposure(symbol, before), record.reason)
