"""The published status: one JSON object, the shape the tools and scripts rely on (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from risk_manager.config.base import RuleMode
from risk_manager.core.account_status import account_status
from risk_manager.core.config_status import config_status
from risk_manager.core.health import Trouble, causes, status_word
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.core.run_status import Run, run_status
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import AccountId
from risk_manager.domain.records import EnforcementRecord
from risk_manager.utils.datetime_helpers import format_instant

SCHEMA = 1
TIER_DEVELOPMENT = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the status needs beside the engine.

    `unwatched` are the configured accounts that are disabled or that the login does not have;
    without a `run` its members are left out.
    """

    ready: bool
    trusted_clock: bool
    trouble: Trouble
    enforcements: Mapping[AccountId, Sequence[EnforcementRecord]]
    unwatched: Sequence[tuple[AccountId, str]] = ()
    tier: int = TIER_DEVELOPMENT
    run: Run | None = None


def build_status(engine: RiskEngine, facts: Facts, stamp: Stamp) -> dict[str, Any]:
    """The whole status as plain data; instants ISO-8601 UTC, money as text, unknown as null."""
    found = causes(engine, facts.trouble, stamp)
    looked = [guard.account.looked_mono for guard in engine.guards.values()]
    oldest = min(looked, default=float("-inf"))
    reconciled = None
    if oldest != float("-inf"):
        reconciled = format_instant(_earlier(stamp, oldest))
    run = {} if facts.run is None else run_status(facts.run, engine.feed, facts.trouble, stamp)
    return {
        "schema": SCHEMA,
        "at": format_instant(stamp.now),
        "age_s": 0.0,
        "status": status_word(engine, found, ready=facts.ready),
        "causes": found,
        "tier": facts.tier,
        "mode": mode_of(engine).value,
        "clock": "trusted" if facts.trusted_clock else "untrusted",
        "ready": facts.ready,
        "hubs": {hub: "up" if engine.feed.is_up(hub) else "down" for hub in ("user", "market")},
        "last_reconcile_at": reconciled,
        "blind_s_today": int(engine.feed.blind_s(stamp.mono)),
        **run,
        "accounts": [
            account_status(guard, facts.enforcements.get(guard.account.id, ()), stamp)
            | config_status(engine.configs, guard.account.id, stamp)
            for guard in engine.guards.values()
        ]
        + [_unwatched(account_id, name) for account_id, name in facts.unwatched],
    }


def mode_of(engine: RiskEngine) -> RuleMode:
    """Shadow as soon as one account is only watched."""
    modes = {guard.market.settings.mode for guard in engine.guards.values()}
    return RuleMode.SHADOW if RuleMode.SHADOW in modes else RuleMode.ENFORCE


def encode_status(status: Mapping[str, Any]) -> bytes:
    """One line of JSON."""
    return msgspec.json.encode(status)


def _earlier(stamp: Stamp, mono: float) -> datetime:
    """The trusted instant of an earlier monotonic second."""
    return stamp.now - timedelta(seconds=max(stamp.mono - mono, 0.0))


def _unwatched(account_id: AccountId, name: str) -> dict[str, Any]:
    """An account that is configured but not guarded; nothing is known of it."""
    return {
        "id": account_id,
        "name": name,
        "timezone": None,
        "state": "NOT WATCHED",
        "can_trade": None,
        "trading_day": None,
        "day_began_at": None,
        "next_reset_at": None,
        "realized_pnl": None,
        "unrealized_pnl": None,
        "positions": [],
        "orders": [],
        "session": None,
        "headroom": [],
        "locks": [],
        "rules": [],
        "enforcements": [],
        "config": None,
        "pending": [],
    }
