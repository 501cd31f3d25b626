"""What a person is told: the log, and the alarms and enforcements every screen shows.

One alarm per account and subject and episode; repeats within a minute are counted, not shouted.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

from risk_manager.domain.ids import AccountId
from risk_manager.domain.records import EnforcementRecord, Level, Notice, Outcome

EPISODE_S = 60.0
KEEP = 20
_LEVELS = {Level.INFO: logging.INFO, Level.WARNING: logging.WARNING, Level.ALARM: logging.ERROR}

_daemon_log = logging.getLogger("risk_manager.daemon")
_enforcement_log = logging.getLogger("risk_manager.enforcement")


class NoticeBoard:
    """Logs notices and records, and remembers what the status shows. Times are monotonic.

    Each of `tell` gets every notice that is logged; it must neither block nor raise.
    """

    def __init__(
        self,
        restored: Mapping[AccountId, Iterable[EnforcementRecord]],
        tell: Sequence[Callable[[Notice], None]] = (),
    ) -> None:
        self._tell = tell
        self._last: dict[tuple[AccountId | None, str], float] = {}
        self._alarms: dict[tuple[AccountId | None, str], tuple[str, float]] = {}
        self._records: dict[AccountId, OrderedDict[str, EnforcementRecord]] = {}
        for account_id, records in restored.items():
            for record in reversed(list(records)):
                self._keep(account_id, record)

    def note(self, notices: Iterable[Notice], mono: float) -> None:
        """Log notices once per episode; alarms are also shown while their episode lasts."""
        for notice in notices:
            key = (notice.account_id, notice.subject)
            if notice.level is Level.ALARM:
                self._alarms[key] = (notice.text, mono)
            last = self._last.get(key)
            if notice.level is Level.INFO:
                # Things are well again: the next trouble of this kind is news.
                self._last.pop(key, None)
            elif last is not None and mono - last < EPISODE_S:
                continue
            else:
                self._last = {k: v for k, v in self._last.items() if mono - v < EPISODE_S}
                self._last[key] = mono
            for tell in self._tell:
                tell(notice)
            whose = "" if notice.account_id is None else f"account {notice.account_id}: "
            _daemon_log.log(_LEVELS[notice.level], "%s%s", whose, notice.text)

    def enforce(self, records: Iterable[EnforcementRecord]) -> None:
        """Log enforcement lines and keep the newest 20 of each account.

        A line is logged when its request has left or its outcome is known, not when it is decided.
        """
        for record in records:
            self._keep(record.account_id, record)
            if record.ms_to_request is not None or record.outcome is not Outcome.STARTED:
                _enforcement_log.info("%s", _line(record))

    def alarms(self, mono: float) -> list[str]:
        """Texts of the alarms of the last minute."""
        self._alarms = {k: v for k, v in self._alarms.items() if mono - v[1] < EPISODE_S}
        return [text for text, _ in self._alarms.values()]

    def enforcements(self, account_id: AccountId) -> list[EnforcementRecord]:
        """The newest 20 enforcement lines of an account, newest first."""
        return list(reversed(self._records.get(account_id, {}).values()))

    def _keep(self, account_id: AccountId, record: EnforcementRecord) -> None:
        records = self._records.setdefault(account_id, OrderedDict())
        records[record.key] = record
        while len(records) > KEEP:
            records.popitem(last=False)


def _line(record: EnforcementRecord) -> str:
    """One line: action, account, contract, sizes, rule, reason, outcome, milliseconds."""
    sizes = "" if record.from_size is None else f" {record.from_size} to {record.to_size}"
    contract = f" {record.contract_id}" if record.contract_id else ""
    code = "" if not record.code else f" code={record.code} {record.message or ''}"
    request = "" if record.ms_to_request is None else f" request={record.ms_to_request:.1f}ms"
    flat = "" if record.ms_to_flat is None else f" flat={record.ms_to_flat:.0f}ms"
    return (
        f"{record.action} account={record.account_id}{contract}{sizes} rule={record.rule_id}"
        f' reason="{record.reason}" outcome={record.outcome.value}{code}{request}{flat}'
    )
