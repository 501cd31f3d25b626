"""The connection test: each way the guard needs, tried once, with its time or its error."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from risk_manager.cli.admin.looking import Look
from risk_manager.cli.admin.venue_contact import VenueContact, VenueError
from risk_manager.config.accounts import TopstepX
from risk_manager.domain.errors import RiskManagerError
from risk_manager.ipc.client import EndpointClient, NotRunningError
from risk_manager.utils.clock import Clock

LOGIN, ACCOUNTS, USER_HUB, MARKET_HUB = "login", "accounts", "user hub", "market hub"
DATABASE, ENDPOINT = "database", "endpoint"
DATABASE_FILE = "state.db"


class Tried(NamedTuple):
    """One way: `error` is None when it worked; `ms` is what it took; `note` says more."""

    name: str
    ms: int
    error: str | None
    note: str = ""

    def as_data(self) -> dict[str, object]:
        """The row for JSON."""
        return {"name": self.name, "ok": self.error is None, "ms": self.ms, "error": self.error}


class _NotTriedError(RiskManagerError):
    """An earlier step failed."""


def try_all(
    login: TopstepX, wanted: list[str], contact: VenueContact, look: Look, data: Path, clock: Clock
) -> list[Tried]:
    """Try everything; what needs a token is not tried after a login that failed.

    `wanted` are the ids or names of the accounts that must be among the login's.
    """
    first = _timed(LOGIN, clock, lambda: _said(contact.login))
    has_token = first.error is None

    def online(step: Callable[[], str]) -> Callable[[], str]:
        return step if has_token else _no_login

    return [
        first,
        _timed(ACCOUNTS, clock, online(lambda: _accounts(contact, wanted))),
        _timed(USER_HUB, clock, online(lambda: _said(lambda: contact.hub(login.user_hub)))),
        _timed(MARKET_HUB, clock, online(lambda: _said(lambda: contact.hub(login.market_hub)))),
        _timed(DATABASE, clock, lambda: database_state(data / DATABASE_FILE)),
        _timed(ENDPOINT, clock, lambda: _endpoint(look)),
    ]


def database_state(path: Path) -> str:
    """Return a note about a sound database; RiskManagerError names what is wrong with it."""
    if not path.exists():
        return "there is none yet"
    try:
        # A reader beside the daemon: it takes no lock that could hold up a commit.
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as database:
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise _NotTriedError(f"{path.name} cannot be read: {error}") from error
    if verdict != "ok":
        raise _NotTriedError(f"{path.name} is damaged: {verdict}")
    return "sound"


def _accounts(contact: VenueContact, wanted: list[str]) -> str:
    rows = contact.accounts()
    known = {str(row.row.id) for row in rows} | {row.row.name or "" for row in rows}
    missing = [name for name in wanted if name not in known]
    if missing:
        raise VenueError(f"the login has no account {', '.join(missing)}")
    return f"{len(rows)} listed"


def _endpoint(look: Look) -> str:
    try:
        reading = EndpointClient.find(look.run_folders).get_status()
    except NotRunningError as error:
        raise _NotTriedError(f"no daemon answers: {error}") from error
    return "no status yet" if reading is None else str(reading.status["status"])


def _said(step: Callable[[], None]) -> str:
    step()
    return ""


def _no_login() -> str:
    raise _NotTriedError("not tried: there is no login")


def _timed(name: str, clock: Clock, step: Callable[[], str]) -> Tried:
    began = clock.mono()
    note, problem = "", None
    try:
        note = step()
    except RiskManagerError as error:
        problem = str(error)
    return Tried(name, round((clock.mono() - began) * 1000), problem, note)
