"""Exit codes and words of a status, over the fixture states."""

import json
from pathlib import Path

import pytest

from risk_manager.cli.trader.model import LockRow, Status, parse_status
from risk_manager.cli.trader.watch import Watch, choose, exit_code, main_lock

STATES = Path(__file__).parents[2] / "fixtures" / "status"


def load(name: str) -> Status:
    return parse_status(json.loads((STATES / f"{name}.json").read_text(encoding="utf-8")))


def code_of(name: str, check: str | None = None, account: str | None = None, age: float = 0) -> int:
    status = load(name)
    return exit_code(Watch(status, age), choose(status, account), check)


@pytest.mark.parametrize(
    ("state", "plain", "guard", "trade"),
    [
        ("ok", 0, 0, 0),
        ("locked", 4, 0, 4),
        ("cooldown", 4, 0, 4),
        ("session_closed", 4, 0, 4),
        ("degraded", 3, 3, 0),
        ("unknown_pnl", 3, 3, 0),
        ("shadow_two_accounts", 3, 3, 0),
    ],
)
def test_exit_codes(state: str, plain: int, guard: int, trade: int) -> None:
    codes = (code_of(state), code_of(state, "guard"), code_of(state, "trade"))
    assert codes == (plain, guard, trade)


@pytest.mark.parametrize("check", [None, "guard", "trade"])
def test_a_stale_status_is_no_proof(check: str | None) -> None:
    assert code_of("ok", check, age=5.0) == 0
    assert code_of("locked", check, age=5.1) == 5


def test_without_a_status_nobody_watches() -> None:
    watch = Watch(None, None, "no daemon has announced itself here")
    assert watch.word == "NOT MONITORED"
    assert watch.causes == ("no daemon has announced itself here",)
    assert exit_code(watch, (), None) == 5


def test_a_stale_status_says_its_age() -> None:
    watch = Watch(load("ok"), 9.0, "the daemon has ended")
    assert watch.word == "NOT MONITORED"
    assert watch.causes == ("the last status is 9 s old", "the daemon has ended")


def test_an_unwatched_account_counts_only_when_named() -> None:
    status = load("shadow_two_accounts")
    assert [account.id for account in choose(status, None)] == [123]
    assert [account.id for account in choose(status, "second")] == [124]
    assert choose(status, "nobody") == ()


def test_the_account_lock_that_ends_last_is_shown() -> None:
    locks = [
        LockRow("RULE-011", "RTY", "symbol_block"),
        *(lock for name in ("locked", "session_closed") for lock in load(name).accounts[0].locks),
    ]
    shown = main_lock(locks)
    assert shown is not None
    assert shown.rule == "RULE-009"
    assert main_lock(locks[:1]) == locks[0]
    assert main_lock([]) is None


def test_members_of_a_later_version_are_ignored_and_missing_ones_are_unknown() -> None:
    status = parse_status(
        {"at": "2026-03-09T18:32:05Z", "status": "MONITORED", "new": 1, "accounts": [{"id": 7}]}
    )
    assert status.accounts[0].realized_pnl is None
    assert exit_code(Watch(status, 0.0), status.accounts, None) == 3


def test_a_member_of_the_wrong_type_is_named() -> None:
    with pytest.raises(ValueError, match="accounts"):
        parse_status({"at": "2026-03-09T18:32:05Z", "status": "OK", "accounts": 3})
