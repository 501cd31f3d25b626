"""Which alerts the notices, enforcements and the status make: each episode once, then a summary."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from risk_manager.alerts.episodes import QUIET_S
from risk_manager.alerts.router import Router
from risk_manager.alerts.status_view import (
    AccountView,
    LeftView,
    LockView,
    RuleView,
    StatusView,
)
from risk_manager.alerts.status_watch import CALM_S, HOLD_S, STALE_S, UNREST_S
from risk_manager.domain.ids import AccountId, ContractId, RuleId
from risk_manager.domain.records import EnforcementRecord, Level, Notice, Outcome

NOW = datetime(2026, 3, 9, 18, tzinfo=UTC)
RUNGS = (50, 70, 85, 100)
CLOSE = EnforcementRecord(
    "close-1", NOW, AccountId(1), RuleId("RULE-001"), "6 of 5 contracts", "CLOSE_POSITION",
    Outcome.DONE, ContractId("CON.F.US.EP.H26"), 6, 0,
)  # fmt: skip
DAY = LockView(
    "RULE-003", "account", "until_reset", NOW + timedelta(hours=3), "daily loss -550.00 of -500.00",
    "nothing to do; new orders are closed at once",
)  # fmt: skip


def account(*, locks=(), rules=(), state="OK TO TRADE"):
    return AccountView(1, "main", state, "America/New_York", tuple(locks), tuple(rules))


def status(*accounts, word="MONITORED", causes=()):
    return StatusView(NOW, word, tuple(causes), accounts or (account(),))


def loss(left, value="x"):
    return RuleView(
        "RULE-003", value, "-500.00", LeftView(Decimal(left), "USD", None, Decimal(500))
    )


class Told:
    """A router with a clock of its own; what it tells is collected."""

    def __init__(self):
        self.router = Router(RUNGS)
        self.mono = 1000.0
        self.see(status())

    def see(self, what, *, age_s=0.1, after=1.0):
        self.mono += after
        return [alert.text for alert in self.router.status(what, age_s, self.mono)]

    def note(self, level, text, subject="hub"):
        notice = Notice(level, AccountId(1), subject, text)
        return [alert.text for alert in self.router.notice(notice, self.mono)]

    def record(self, record):
        return [alert.text for alert in self.router.record(record, self.mono)]


@pytest.fixture
def told():
    return Told()


def test_each_rung_is_told_once_on_the_way_up(told):
    texts = [
        told.see(status(account(rules=[loss(left, f"-{500 - left}.00")])))
        for left in (300, 240, 200, 140, 75, 60, 0)
    ]
    assert [len(found) for found in texts] == [0, 1, 0, 1, 1, 0, 1]
    assert texts[4] == ["85 % - daily loss -425.00 of -500.00 - 75.00 left - you may trade"]
    assert texts[6][0].startswith("100 % - daily loss -500.00 of -500.00 - 0.00 left - you may c")


def test_a_jump_tells_the_highest_rung_only(told):
    found = told.see(status(account(rules=[loss(50, "-450.00")])))
    assert [text[:4] for text in found] == ["85 %"]


def test_no_chatter_around_a_rung(told):
    found = []
    for left in (240, 260, 240, 260, 240):
        found += told.see(status(account(rules=[loss(left)])))
    assert len(found) == 1
    told.see(status(account(rules=[loss(400)])))
    assert told.see(status(account(rules=[loss(240)]))) == []  # too soon
    told.see(status(account(rules=[loss(400)])), after=1000)
    assert len(told.see(status(account(rules=[loss(240)])))) == 1


def test_counts_and_symbols_are_named(told):
    caps = RuleView("RULE-002", "MNQ 1", "2", LeftView(Decimal(1), "contracts", "MNQ", Decimal(2)))
    assert told.see(status(account(rules=[caps]))) == [
        "50 % - per instrument MNQ 1 contract of 2 contracts - 1 contract left - you may trade"
    ]


def test_a_lock_is_told_with_its_end_and_what_is_allowed(told):
    locked = status(account(locks=[DAY], rules=[loss(0)], state="LOCKED OUT"))
    assert told.see(locked) == [
        (
            "LOCKED OUT - daily loss -550.00 of -500.00 - reset 5:00 PM ET (in 3h)"
            " - nothing to do; new orders are closed at once"
        )
    ]
    assert told.see(locked) == []
    assert told.see(status()) == [
        "UNLOCKED - the RULE-003 lock on account ended - you may trade within your limits"
    ]


def test_a_symbol_lock_names_the_symbol(told):
    block = LockView("RULE-011", "RTY", "symbol_block", None, "RTY is blocked", "others are free")
    assert told.see(status(account(locks=[block]))) == [
        "BLOCKED SYMBOL - RTY - until the block is removed - others are free"
    ]


def test_a_close_without_a_lock_is_told_once_its_effect_was_seen(told):
    assert told.record(replace(CLOSE, outcome=Outcome.STARTED)) == []
    assert told.record(CLOSE) == ["CLOSED - ES 6 - 6 of 5 contracts - you may trade again now"]
    assert told.record(CLOSE) == []


def test_a_reduction_says_to_what(told):
    cut = replace(CLOSE, action="REDUCE_POSITION", from_size=3, to_size=2)
    assert told.record(cut) == ["REDUCED - ES 3 to 2 - limit 2 - you may trade within the limit"]


def test_a_close_of_a_lock_is_told_by_the_lock(told):
    told.see(status(account(locks=[DAY], state="LOCKED OUT")))
    assert told.record(replace(CLOSE, rule_id=RuleId("RULE-003"))) == []
    assert told.record(replace(CLOSE, key="close-2")) == [
        "CLOSED - ES 6 - 6 of 5 contracts - nothing to do; new orders are closed at once"
    ]


def test_what_repeats_is_counted_and_summed_up(told):
    assert told.note(Level.WARNING, "lost; you may trade") == ["lost; you may trade"]
    for _ in range(3):
        told.mono += 60
        assert told.note(Level.WARNING, "lost again; you may trade") == []
    assert told.see(status(), after=QUIET_S - 1) == []
    assert told.see(status(), after=2) == ["3 more in 3m - last: lost again; you may trade"]
    assert told.note(Level.WARNING, "lost; you may trade") == ["lost; you may trade"]


def test_a_notice_says_what_is_still_allowed(told):
    assert told.note(Level.ALARM, "RULE-003 failed") == [
        "RULE-003 failed - you may trade; other rules are active"
    ]
    told.see(status(account(locks=[DAY], state="LOCKED OUT")))
    assert told.note(Level.ALARM, "RULE-004 failed", "other") == [
        "RULE-004 failed - nothing to do; new orders are closed at once"
    ]
    assert told.note(Level.ALARM, "NOT FLAT - you may close it yourself", "flat") == [
        "NOT FLAT - you may close it yourself"
    ]


def test_what_becomes_worse_is_told_again(told):
    assert told.note(Level.WARNING, "no price") != []
    assert told.note(Level.ALARM, "no price, and a position is open") != []
    assert told.note(Level.INFO, "all is well") == []


@pytest.mark.parametrize("word", ["DEGRADED", "NOT MONITORED"])
def test_a_trouble_is_told_when_it_lasts(told, word):
    told.see(status(), after=CALM_S)
    bad = status(word=word, causes=["user hub down: reset"])
    assert told.see(bad) == []
    assert told.see(bad, after=HOLD_S - 1) == []
    (text,) = told.see(bad, after=2)
    assert text.startswith(f"{word} - user hub down: reset - ")
    assert told.see(bad) == []
    assert told.see(status(), after=UNREST_S / 2) == []
    assert told.see(status(), after=UNREST_S) != []


def test_a_reconnect_is_nobodys_business(told):
    assert told.see(status(word="DEGRADED")) == []
    assert told.see(status(), after=3) == []


def test_a_guard_that_does_not_answer_is_told_at_once(told):
    (text,) = told.see(status(), age_s=STALE_S + 0.1)
    assert text.startswith("NOT MONITORED - the guard does not answer")
    assert told.see(status(), age_s=60) == []
