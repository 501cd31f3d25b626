"""Tighten now, loosen later: which configuration each account is guarded by (pure).

A changed configuration is compared with the active one. What is tighter is active at once; what is
looser waits for the account's reset when an administrator asked for it, and is not used when it was
merely found in a file. Nothing here ends a lock, but that of a symbol whose block is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from risk_manager.config.change import Change, composed
from risk_manager.config.config_set import ConfigSet
from risk_manager.config.pending import PendingChange, in_words
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.config_judge import LEAVE, MODELS, judge, rules_of
from risk_manager.core.config_offer import Held, Judged, answer, cancel_answer, file_answer
from risk_manager.core.pending_book import PendingBook
from risk_manager.core.reconfigure import configure, end_blocks
from risk_manager.domain.command_events import (
    ConfigOffered,
    Origin,
    PendingCancelled,
)
from risk_manager.domain.events import ConfigActivated, Event
from risk_manager.domain.ids import AccountId
from risk_manager.enforcement.step import Step
from risk_manager.state.writes import DropActiveConfig, PutActiveConfig

APPLY: Final = "APPLY"
HOLD_S: Final = 60.0


class ConfigDesk:
    """The active, waiting and held configurations of all accounts.

    `unused` are looser values that stand in the files and do not count. `forget_rules` tells the
    clock that an account has other rules.
    """

    def __init__(
        self,
        guards: Mapping[AccountId, AccountGuard],
        active: Mapping[AccountId, ConfigSet],
        pending: PendingBook,
        forget_rules: Callable[[AccountId], None],
    ) -> None:
        self._guards = guards
        self._forget_rules = forget_rules
        self._unread: dict[AccountId, ConfigSet | None] = {}
        self.active = dict(active)
        self.pending = pending
        self.unreadable: tuple[str, ...] = ()
        self.held: dict[AccountId, Held] = {}
        self.unused: dict[AccountId, tuple[Change, ...]] = {}

    def carry_on(self, before: ConfigDesk) -> None:
        """Take over what only lives in memory from an engine that this one's replaces."""
        self.held, self.unused, self._unread = before.held, before.unused, before._unread

    def command(self, step: Step, event: Event) -> None:
        """Carry out what an administrator, or a changed file, asks for."""
        if isinstance(event, ConfigOffered):
            self.offer(step, event)
        elif isinstance(event, PendingCancelled):
            self.cancel(step, event)

    def start(self, step: Step) -> None:
        """The first event of a run: what the accounts are guarded by is written down."""
        for account_id in self._guards:
            self._put(step, account_id)
        for text in self.unreadable:
            step.alarm(None, "stored configuration", f"the files count instead of {text}")

    def offer(self, step: Step, event: ConfigOffered) -> None:
        """Compare offered configurations with the active ones, and take what may be taken."""
        sets = {
            one.account_id: ConfigSet.read(one.text, MODELS) if one.text else None
            for one in event.sets
        }
        known = {a: chosen for a, chosen in sets.items() if a in self._guards}
        if event.origin is Origin.FILE:
            applied = event.word == APPLY
            found = [self._find(step, a, chosen, applied=applied) for a, chosen in known.items()]
            step.answers.append(file_answer(event.ticket, [one for one in found if one], self.held))
            return
        self._unread = {a: chosen for a, chosen in self._unread.items() if a not in known}
        judged = [self._judge(step, a, chosen, asked=True) for a, chosen in known.items()]
        refused = event.word != APPLY and any(one.would for one in judged)
        ids: dict[str, int] = {}
        before = list(self.pending.rows)
        for one in judged if event.commit and not refused else ():
            for change in self._take(step, one):
                hours = self.active[one.account_id].global_.loosen_min_wait_hours
                self.pending.wait(step, one.account_id, change, hours, ids)
        rows = self.pending.rows
        step.answers.append(
            answer(event.ticket, judged, before, rows, self.matures_at, refused=refused)
        )

    def restored(self, step: Step, account_id: AccountId) -> None:
        """The account is known for the first time: what waited in its files is compared now."""
        if account_id in self._unread:
            self._find(step, account_id, self._unread.pop(account_id), applied=False)

    def mature(self, step: Step, account_id: AccountId, boundary: datetime) -> None:
        """A new trading day of an account: what has waited long enough becomes active."""
        due = self.pending.due(account_id, boundary)
        if any(row.section == LEAVE.section for row in due):
            self.pending.end(step, self.pending.of(account_id), "active")
            self._leave(step, account_id)
            return
        if not due:
            return
        try:
            chosen = composed(self.active[account_id], [row.change for row in due], MODELS)
        except ValueError as error:
            text = f"waiting changes do not fit the active configuration and wait on: {error}"
            step.alarm(account_id, "pending", text)
            return
        self.pending.end(step, due, "active")
        self._activate(step, account_id, chosen)

    def cancel(self, step: Step, event: PendingCancelled) -> None:
        """Drop a waiting change, for every account it waits for."""
        rows = [row for row in self.pending.rows if row.id == event.pending_id]
        self.pending.end(step, rows, "cancelled")
        step.answers.append(cancel_answer(event, rows))

    def advance(self, step: Step) -> None:
        """A changed file that was held long enough becomes active."""
        for account_id, held in list(self.held.items()):
            if held.due_mono <= step.stamp.mono:
                self._find(step, account_id, held.chosen, applied=True)

    def next_due(self) -> float:
        """When a held file becomes active (monotonic seconds); infinity without one."""
        return min((held.due_mono for held in self.held.values()), default=float("inf"))

    def matures_at(self, row: PendingChange) -> datetime:
        """The reset at which a waiting change becomes active."""
        reset = self._guards[row.account_id].account.reset
        return reset.next_reset(row.not_before - timedelta(microseconds=1))

    def _judge(
        self, step: Step, account_id: AccountId, chosen: ConfigSet | None, *, asked: bool
    ) -> Judged:
        guard, active = self._guards[account_id], self.active[account_id]
        return judge(step, guard, active, chosen, asked=asked)

    def _find(
        self, step: Step, account_id: AccountId, chosen: ConfigSet | None, *, applied: bool
    ) -> Judged | None:
        """A file's configuration: only what is tighter counts, and not at once if it acts."""
        if not self._guards[account_id].account.restored:
            self._unread[account_id] = chosen
            return None
        judged = self._judge(step, account_id, chosen, asked=False)
        if chosen is not None and judged.would and not applied:
            held = Held(chosen, step.stamp.mono + HOLD_S, judged.would)
            self.held[account_id] = held
            step.alarm(account_id, "held file", held.text(step.stamp.mono))
            return judged
        self.unused[account_id] = tuple(self._take(step, judged))
        for change in self.unused[account_id]:
            text = f"the file holds a looser value that is not used: {in_words(change)}"
            step.alarm(account_id, f"unused {change.name}", text)
        return judged

    def _take(self, step: Step, judged: Judged) -> list[Change]:
        """Take the tighter part; returns what is looser and does not wait yet."""
        account_id = judged.account_id
        self.held.pop(account_id, None)
        self.unused.pop(account_id, None)
        left = self.pending.keep_only(step, account_id, judged.waiting)
        if LEAVE in judged.taken:
            self._leave(step, account_id)
        elif judged.taken:
            self._activate(step, account_id, judged.then)
        return left

    def _leave(self, step: Step, account_id: AccountId) -> None:
        step.writes.append(DropActiveConfig(account_id))
        step.warn(account_id, "account", "it is guarded until the next start, then no more")

    def _activate(self, step: Step, account_id: AccountId, chosen: ConfigSet) -> None:
        self.active[account_id] = chosen
        rules = rules_of(chosen)
        configure(self._guards[account_id], chosen, rules)
        self._forget_rules(account_id)
        self._put(step, account_id)
        end_blocks(step, self._guards[account_id], rules)
        step.info(account_id, "configuration", f"configuration {chosen.digest[:8]} is active")
        step.raised.append(ConfigActivated(account_id))

    def _put(self, step: Step, account_id: AccountId) -> None:
        chosen = self.active[account_id]
        step.writes.append(PutActiveConfig(account_id, chosen.text, chosen.digest, step.stamp.now))
