"""What a person is told: once per episode, the newest of each account, and a line per outcome."""

import logging
from dataclasses import replace

import pytest

from risk_manager.core.interrupted import CAUSE, close_interrupted
from risk_manager.core.notice_board import KEEP, NoticeBoard
from risk_manager.domain.ids import RuleId
from risk_manager.domain.records import EnforcementRecord, Level, Notice, Outcome
from risk_manager.state.writes import PutEnforcement
from tests.support.make import ACCOUNT, NOW, OTHER, cid

CLOSE = EnforcementRecord(
    "intent-1", NOW, ACCOUNT, RuleId("RULE-001"), "6 of 5 contracts", "CLOSE_POSITION",
    Outcome.STARTED, cid("MNQ"), 6, 0,
)  # fmt: skip


@pytest.fixture
def logged(caplog):
    """The lines of the logs since the test began."""
    caplog.set_level(logging.DEBUG, "risk_manager")
    return lambda: [record.getMessage() for record in caplog.records]


def note(board, level, at, text="no price", account=ACCOUNT):
    board.note([Notice(level, account, "price", text)], at)


def test_one_subject_is_logged_once_in_a_minute(logged):
    board = NoticeBoard({})
    for at in (0.0, 1.0, 59.9):
        note(board, Level.ALARM, at)
    note(board, Level.ALARM, 2.0, account=OTHER)
    note(board, Level.ALARM, 60.0)
    line = f"account {ACCOUNT}: no price"
    assert logged() == [line, f"account {OTHER}: no price", line]


def test_once_things_are_well_the_next_trouble_is_news(logged):
    board = NoticeBoard({})
    note(board, Level.WARNING, 0.0, account=None)
    note(board, Level.INFO, 1.0, "well again", account=None)
    note(board, Level.WARNING, 2.0, account=None)
    assert logged() == ["no price", "well again", "no price"]


def test_an_alarm_is_shown_with_its_newest_words_for_a_minute_after_its_last():
    board = NoticeBoard({})
    note(board, Level.WARNING, 0.0)
    assert board.alarms(0.0) == []
    note(board, Level.ALARM, 1.0)
    note(board, Level.ALARM, 30.0, "no price for 29s")
    assert board.alarms(89.9) == ["no price for 29s"]
    assert board.alarms(90.0) == []


def test_a_line_is_logged_when_its_request_left_and_when_its_outcome_is_known(logged):
    board = NoticeBoard({})
    board.enforce([CLOSE])
    assert logged() == []
    sent = replace(CLOSE, ms_to_request=1.26, code=0)
    done = replace(sent, outcome=Outcome.REJECTED, code=3, message="no", ms_to_flat=250.4)
    board.enforce([sent])
    board.enforce([done])
    start = f"CLOSE_POSITION account={ACCOUNT} {cid('MNQ')} 6 to 0 rule=RULE-001"
    assert logged() == [
        f'{start} reason="6 of 5 contracts" outcome=STARTED request=1.3ms',
        f'{start} reason="6 of 5 contracts" outcome=REJECTED code=3 no request=1.3ms flat=250ms',
    ]
    assert board.enforcements(ACCOUNT) == [done]


def test_a_lock_has_no_contract_and_no_size(logged):
    lock = EnforcementRecord(
        "lock", NOW, ACCOUNT, RuleId("RULE-003"), "loss", "SET_LOCKOUT", Outcome.DONE
    )
    NoticeBoard({}).enforce([lock])
    assert logged() == [f'SET_LOCKOUT account={ACCOUNT} rule=RULE-003 reason="loss" outcome=DONE']


def test_the_newest_twenty_are_kept_also_those_of_earlier_runs():
    rows = [replace(CLOSE, key=f"intent-{number}") for number in range(KEEP + 5)]
    board = NoticeBoard({ACCOUNT: rows})  # the newest first, as the database gives them
    assert board.enforcements(ACCOUNT) == rows[:KEEP]
    newer = replace(CLOSE, key="newer")
    board.enforce([newer])
    assert board.enforcements(ACCOUNT) == [newer, *rows[: KEEP - 1]]
    assert board.enforcements(OTHER) == []


def test_what_an_earlier_run_left_open_ends_with_an_unknown_effect():
    done = replace(CLOSE, outcome=Outcome.DONE)
    said = replace(CLOSE, message="timeout")
    records, changed = close_interrupted({ACCOUNT: [CLOSE, done, said]})
    closed, kept, told = records[ACCOUNT]
    assert changed == [PutEnforcement(closed), PutEnforcement(told)]
    assert (closed.outcome, closed.message) == (Outcome.TIMED_OUT, CAUSE)
    assert kept == done
    assert (told.outcome, told.message) == (Outcome.TIMED_OUT, "timeout")
