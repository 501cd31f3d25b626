"""The drill: at every start, each enabled rule of each account must answer a synthetic case (pure).

Each case is played in an engine of its own, built like the real one from the same configuration:
state, lock gate, rule, plan, rows, requests. The drill alone has that engine and only counts what
comes out; there is no store and no wire. It knows nothing of the day, since a lock that is in
force already would hide whether the rule still acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from risk_manager.config.models import GlobalConfig
from risk_manager.core.assembly import Restored, WatchedAccount, build_engine
from risk_manager.core.drill_cases import CASES, PLAYABLE, DrillCase
from risk_manager.core.drill_scene import DrillBroker, DrillScene
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.domain.errors import StartError
from risk_manager.domain.events import Event, HubConnected, Stamp, Started, TimerFired
from risk_manager.domain.ids import RuleId
from risk_manager.domain.records import Level
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.enforcement.step import Step
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.rules.base_rule import Rule
from risk_manager.state.writes import PutIntent, PutLock
from risk_manager.utils.holidays import HolidayCalendar

TICK = timedelta(seconds=1.1)
TICKS = 5
"""How often the clock is asked again after a case's wait, so that a read it causes can be taken."""
READS = 10
"""At most so many reads are answered for one event: a start must not hang."""


def drill(
    accounts: Sequence[WatchedAccount],
    settings: GlobalConfig,
    holidays: HolidayCalendar,
    now: datetime,
) -> int:
    """Drill every enabled rule of every account; `now` is trusted time. Returns how many there are.

    Raises StartError naming every rule that did not act.
    """
    failed = []
    played = 0
    for account in accounts:
        for section in account.config.enabled_rules:
            rule_id = RULES_BY_SECTION[section].rule_id
            played += 1
            try:
                play = _Play(_playable(account, section), settings, holidays, rule_id, now)
                problem = play.run()
            except Exception as error:  # noqa: BLE001 - whatever it is, the rule must be named
                problem = f"{type(error).__name__}: {error}"
            if problem is not None:
                failed.append(f"{rule_id} {section} of account {account.id}: {problem}")
    if failed:
        raise StartError(f"the drill failed, these rules would not act: {'; '.join(failed)}")
    return played


class _Play:
    """One rule's case in an engine that has no other rule."""

    def __init__(
        self,
        account: WatchedAccount,
        settings: GlobalConfig,
        holidays: HolidayCalendar,
        rule_id: RuleId,
        now: datetime,
    ) -> None:
        self._engine: RiskEngine = build_engine(
            [account], settings, holidays, Restored(), only=rule_id
        )
        self._status = self._engine.guards[account.id].judge.status[rule_id]
        self._scene = DrillScene(account.id, now)
        self._broker = DrillBroker(account.id)
        self._rule_id = rule_id
        self._now, self._mono = now, 0.0
        self._sequence = 0
        self._reads: list[TakeSnapshot] = []
        self._acted = False

    def run(self) -> str | None:
        """Play the case: None when the rule acted, else what it did instead."""
        rule: Rule[Any] = self._status.rule
        case = CASES[type(rule)](rule, self._scene)
        for contract in self._scene.contracts.values():
            self._engine.market.contracts.put(contract)
        self._now = case.begins_at or self._now
        start: tuple[Event, ...] = (Started(), HubConnected("user"), HubConnected("market"))
        for event in start:
            self._take(event)
        self._acted = self._acted and case.by_start
        heard = 0 if case.by_start else self._status.events
        for event in self._happenings(case):
            self._take(event)
            if self._acted:
                break
        done = self._acted and self._status.failed is None
        return None if done else self._excuse(heard)

    def _excuse(self, heard_before: int) -> str:
        """What the rule made of its case."""
        status = self._status
        if status.events == heard_before:
            return "it heard nothing of its case"
        said = status.failed or status.unknown or f"it saw {status.value!r} and did nothing"
        return f"{said} (limit: {status.rule.describe_limit()})"

    def _happenings(self, case: DrillCase) -> Iterator[Event]:
        """The case's events, then the clock's ticks when it waits."""
        yield from case.events
        if case.wait is None:
            return
        self._pass(case.wait)
        for _ in range(TICKS):
            yield TimerFired("clock")
            self._pass(TICK)

    def _pass(self, time: timedelta) -> None:
        self._now += time
        self._mono += time.total_seconds()

    def _take(self, event: Event) -> None:
        """One event as the loop takes it, and the reads that it causes."""
        self._broker.note(event)
        self._step(event)
        for _ in range(READS):
            if self._reads:
                self._step(self._broker.answer(self._reads.pop(0), self._mono))

    def _step(self, event: Event) -> None:
        self._sequence += 1
        self._mono += 0.001  # events never arrive at one instant of the monotonic clock
        stamp = Stamp(self._sequence, self._now, self._mono, self._mono)
        for step in (self._engine.step(event, stamp), self._engine.advance(stamp)):
            if step is not None:
                self._reads += [c for c in step.commands if isinstance(c, TakeSnapshot)]
                self._acted = self._acted or _acts(step, self._rule_id)


def _playable(account: WatchedAccount, section: str) -> WatchedAccount:
    """The account, with the section as it can be played."""
    playable = PLAYABLE.get(section)
    if playable is None:
        return account
    rules = {**account.config.rules, section: playable(account.config.rules[section])}
    return replace(account, config=replace(account.config, rules=rules))


def _acts(step: Step, rule_id: RuleId) -> bool:
    """Whether a lock, an intent, a request, a line of the log or a logged breach came of it."""
    stored = any(isinstance(write, PutLock | PutIntent) for write in step.writes)
    told = any(record.rule_id == rule_id for record in step.records)
    logged = any(
        notice.level is Level.WARNING and notice.subject.startswith(f"{rule_id} ")
        for notice in step.notices
    )
    return bool(stored or step.first_wave or told or logged)
