"""Lines that no step of the engine brings about: start, stop, configuration, password (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from risk_manager.ledger.chain import Entry
from risk_manager.utils.datetime_helpers import format_instant, parse_instant

Digests = Mapping[str, str]
"""The configuration in force: its hash by the account's number, as text."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the run before ended. `last_at` is the instant of its last line."""

    last_at: datetime
    ended: bool
    config: Digests


def last_run(newest_first: Iterable[Mapping[str, Any]]) -> LastRun | None:
    """Read the last run out of lines that are given from the newest on; None without a run."""
    last_at: datetime | None = None
    ended: bool | None = None
    config: dict[str, str] = {}
    for line in newest_first:
        kind, data = line.get("kind"), line.get("data", {})
        if last_at is None:
            last_at = parse_instant(str(line.get("at")))
        if ended is None and kind in {"start", "stop"}:
            ended = kind == "stop"
        if kind == "config":
            config.setdefault(str(data.get("account")), str(data.get("to")))
        if kind == "start":
            return LastRun(last_at, bool(ended), {**data.get("config", {}), **config})
    return None


def started(at: datetime, version: str, mode: str, config: Digests) -> Entry:
    """The daemon begins to guard."""
    return Entry(at, "start", {"config": dict(config), "mode": mode, "version": version})


def stopped(at: datetime, exit_code: int) -> Entry:
    """The daemon ends; an exit code other than 0 is a failure it could still report."""
    return Entry(at, "stop", {"exit_code": exit_code})


def crashed(at: datetime, since: datetime) -> Entry:
    """The run before has no stop: from `since` (the last that is known of it) nobody guarded."""
    seconds = max(0, int((at - since).total_seconds()))
    data = {
        "cause": "the run before did not end in order",
        "event": "once",
        "from": format_instant(since),
        "seconds": seconds,
    }
    return Entry(at, "gap", data)


def config_changed(at: datetime, account: str, before: str | None, after: str | None) -> Entry:
    """Another configuration is in force for an account; None where it is not configured."""
    return Entry(at, "config", {"account": account, "from": before, "to": after})


def config_changes(at: datetime, before: Digests, after: Digests) -> list[Entry]:
    """One line for each account whose configuration differs."""
    return [
        config_changed(at, name, before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def forced(at: datetime, what: str) -> Entry:
    """An administrator did `what` past the daemon, with the password."""
    return Entry(at, "forced", {"what": what})


def wrong_password(at: datetime, tries: int, wait_s: int) -> Entry:
    """A wrong admin password: the count of wrong tries so far and the seconds until the next."""
    return Entry(at, "password", {"result": "wrong", "tries": tries, "wait_s": wait_s})
