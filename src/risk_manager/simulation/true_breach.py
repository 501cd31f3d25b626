"""G4 and G5: what breaches is acted on, and nothing else is.

G5: when a lock or an intent of a rule is stored, the venue's own history must have held the breach
at some instant since which news of it may be under way: 3 s, and longer while faults work. G4: a
breach that stands for 5 s, and 10 s after the last fault, has been acted on: the exposure is gone
or the lock is set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from risk_manager.domain.events import Event
from risk_manager.domain.ids import ACCOUNT_SCOPE, GATE, RuleId
from risk_manager.domain.records import Intent
from risk_manager.gateway_sim.model import SimQuote, SimTrade, VenueEvent
from risk_manager.simulation.breaches import breaches
from risk_manager.simulation.lock_book import LockBook
from risk_manager.simulation.promptness import CLOSED_S
from risk_manager.simulation.setup import watched
from risk_manager.simulation.truth import Truth
from risk_manager.simulation.watching import Watcher
from risk_manager.state.stored_state import StoredState
from risk_manager.state.writes import PutIntent, PutLock, Write

if TYPE_CHECKING:
    from risk_manager.simulation.week_world import WeekWorld

CALM_S, TROUBLED_S = 3.0, 80.0
ACTED_S, AFTER_FAULT_S = 5.0, 10.0
POLLED_S = 65.0
"""News of `canTrade` that was lost is found by the next read of the account."""
LOCKING = ("RULE-003", "RULE-013", "RULE-010")
LOCKLESS = ("RULE-001", "RULE-002", "RULE-004", "RULE-005", "RULE-008")
EXPOSED = ("RULE-001", "RULE-002", "RULE-009")


class TrueBreach(Watcher):
    """Asks the truth after every change at the venue, and once for each decision."""

    def __init__(self, world: WeekWorld, truth: Truth, locks: LockBook) -> None:
        self._world = world
        self._truth = truth
        self._locks = locks
        self._models: Mapping[str, Any] = {}
        self._last: dict[str, float] = {}
        self._since: dict[str, float] = {}
        self._unheard: dict[str, bool] = {}
        self._late: set[str] = set()
        self.problems: list[str] = []

    @property
    def _window(self) -> float:
        troubled = self._world.t < self._world.faults.clear_at + AFTER_FAULT_S
        return TROUBLED_S if troubled else CALM_S

    def on_start(self, kept: StoredState) -> None:
        self._models = watched(self._world.rules, {}).config.rules
        self._since.clear()
        self._ask()

    def on_venue(self, happened: VenueEvent) -> None:
        if isinstance(happened.data, SimTrade):  # its position follows at once
            if not self._truth.is_own(happened.data):
                self._since.clear()
            return
        if isinstance(happened.data, SimQuote) and not self._truth.held:
            return
        self._ask()

    def on_event(self, event: Event) -> None:
        """G4, whenever the daemon takes an event."""
        t = self._world.t
        if self._truth.turn_day():
            self._ask()
        limit = max(t - ACTED_S, float("-inf"))
        if t < self._world.faults.clear_at + AFTER_FAULT_S or not self._since:
            return
        found = []
        for key in self._since:
            if self._is_shut(key):
                self._since[key] = t + CLOSED_S
            late = self._since[key] + self._poll_s(key)
            if late < limit and key not in self._late and self._is_open_breach(key):
                found.append(key)
        if found:  # time alone may have ended it: a session has begun
            self._ask()
        for key in found:
            if key in self._since:
                self._late.add(key)
                self.problems.append(f"{t:.3f} G4: {key} since {self._since[key]:.3f}")

    def _poll_s(self, key: str) -> float:
        """How long it takes until a flag is found whose news was lost."""
        if key != "RULE-010" or not self._unheard[key]:
            return 0.0
        return float(self._models["auth_loss_guard"].check_interval_seconds) + POLLED_S

    def on_commit(self, writes: Sequence[Write]) -> None:
        for write in writes:
            match write:
                case PutLock(lock) if lock.key not in self._locks.rows:
                    scope = "" if lock.key.scope == ACCOUNT_SCOPE else lock.key.scope
                    self._judge(lock.key.rule_id, scope, f"lock {lock.reason}")
                case PutIntent(intent) if intent.rule_id != GATE:
                    what = f"{intent.kind.value} {intent.contract_id}: {intent.reason}"
                    self._judge(intent.rule_id, intent.contract_id, what)
        intents = [write.intent for write in writes if isinstance(write, PutIntent)]
        if len(intents) > 1 and all(one.rule_id == "RULE-001" for one in intents):
            self._judge_excess(intents)

    def _judge_excess(self, intents: Sequence[Intent]) -> None:
        """G5: only the excess is taken, over all contracts together."""
        config = self._models.get("max_contracts")
        if config is None or not config.reduce_to_limit or self._window > CALM_S:
            return
        left = {held.contract_id: held.net for held in self._truth.held.values()}
        for intent in intents:
            sign = -1 if left.get(intent.contract_id, 0) < 0 else 1
            left[intent.contract_id] = sign * intent.target
        sizes = left.values()
        count = abs(sum(sizes)) if config.count_type == "net" else sum(map(abs, sizes))
        if count < config.limit:
            what = f"{count} would be left of {config.limit} allowed"
            self.problems.append(f"{self._world.t:.3f} G5: RULE-001 takes too much: {what}")

    def is_justified(self, contract_id: str) -> bool:
        """Whether a rule has a reason of its own to reduce a contract; it may join the gate's."""
        self._truth.window = self._window
        self._ask()
        subjects = ("", contract_id, self._world.root(contract_id))
        return any(
            t >= self._world.t - self._window and key.partition(" ")[2] in subjects
            for key, t in self._last.items()
            if key.partition(" ")[0] in LOCKLESS
        )

    def _judge(self, rule_id: RuleId, subject: str, what: str) -> None:
        """G5."""
        self._truth.window = self._window
        self._ask()
        root = self._world.root(subject) if "." in subject else subject
        keys = (str(rule_id), f"{rule_id} {subject}", f"{rule_id} {root}", f"{rule_id} *")
        newest = max((self._last.get(key, float("-inf")) for key in keys), default=0.0)
        if not subject:
            mine = [t for key, t in self._last.items() if key.startswith(rule_id)]
            newest = max(mine, default=float("-inf"))
        if newest < self._world.t - self._window:
            self.problems.append(f"{self._world.t:.3f} G5: {rule_id} {what}: never so")

    def _ask(self) -> None:
        """Note which breaches stand now."""
        t = self._world.t
        self._truth.turn_day()
        self._truth.window = self._window
        standing = list(breaches(self._models, self._truth))
        for key in standing:
            self._last[key] = t
            if key not in self._since:
                self._since[key] = t
                self._unheard[key] = self._window > CALM_S
        for key in [key for key in self._since if key not in standing]:
            del self._since[key]
            self._late.discard(key)

    def _is_open_breach(self, key: str) -> bool:
        """Whether nothing has been done about it, though it could be."""
        rule_id, _, subject = key.partition(" ")
        if rule_id in LOCKING:
            return not any(lock.rule_id == rule_id for lock in self._locks.rows)
        if rule_id not in EXPOSED:
            return False
        held = [h for h in self._truth.held.values() if subject in ("", h.root)]
        if any(lock.scope == ACCOUNT_SCOPE for lock in self._locks.rows):
            return False  # the locks decide, and G1 watches them
        return bool(held)

    def _is_shut(self, key: str) -> bool:
        """Whether a market is closed in which exposure would have to go."""
        rule_id, _, subject = key.partition(" ")
        held = [h for h in self._truth.held.values() if subject in ("", h.root)]
        return rule_id in EXPOSED and not all(self._world.is_open(h.contract_id) for h in held)
