"""What runs for months does not grow: dead ids, told notices, rows for a full disk."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from risk_manager.core.notice_board import EPISODE_S, NoticeBoard
from risk_manager.core.store_keeper import RETRY_S, StoreKeeper
from risk_manager.core.waiting_rows import KEEP_LOG, coalesced
from risk_manager.domain.ids import AccountId, PositionId, RuleId
from risk_manager.domain.records import EnforcementRecord, Level, Notice, Outcome
from risk_manager.state.persistence import Store
from risk_manager.state.position_book import KEEP_DEAD, PositionBook
from risk_manager.state.writes import (
    EndIntent,
    EndLock,
    PutBoundary,
    PutDeadPosition,
    PutEnforcement,
    PutMemory,
    PutMeta,
    Write,
)
from tests.support.make import cid, position
from tests.support.threads import no_crash
from tests.unit.state.store_samples import CON, INTENT, KEY, STEP

NOW = datetime(2026, 3, 9, 21, tzinfo=UTC)
ACCOUNT, RULE = AccountId(1), RuleId("RULE-001")


def line(number: int, reason: str = "too many") -> PutEnforcement:
    record = EnforcementRecord(
        f"key-{number}", NOW, ACCOUNT, RULE, reason, "CLOSE_POSITION", Outcome.SHADOW
    )
    return PutEnforcement(record)


def test_dead_ids_are_kept_for_the_newest_and_older_ones_by_their_opening():
    book = PositionBook()
    for number in range(1, KEEP_DEAD + 51):
        book.mark_dead(cid("MNQ"), PositionId(number), NOW + timedelta(seconds=number))
    assert len(book._dead[cid("MNQ")].ids) == KEEP_DEAD
    for number in (1, 51, KEEP_DEAD + 50):
        opened = NOW + timedelta(seconds=number)
        late = position("MNQ", 1, number=number, opened=opened)
        assert book.update(late, 1.0).ignored


def test_a_dead_id_that_dies_again_is_among_the_newest():
    book = PositionBook()
    for number in (*range(1, KEEP_DEAD + 1), 1, KEEP_DEAD + 1):
        book.mark_dead(cid("MNQ"), PositionId(number), None)
    assert book.update(position("MNQ", 1, number=1), 1.0).ignored
    assert not book.update(position("MNQ", 1, number=2), 1.0).ignored


def test_told_subjects_are_forgotten_with_their_episode():
    board = NoticeBoard({})
    for number in range(1_000):
        notice = Notice(Level.WARNING, None, f"missing trade {number}", "text")
        board.note([notice], number * EPISODE_S / 10)
    assert len(board._last) <= 11


def test_rows_a_restart_needs_all_wait_and_the_others_only_as_far_as_they_matter():
    needed: list[Write] = [
        *STEP,
        EndLock(KEY, NOW, "time is over"),
        EndIntent(INTENT.id, NOW, "done"),
        PutBoundary(ACCOUNT, NOW),
        PutDeadPosition(ACCOUNT, CON, PositionId(9), NOW),
    ]
    rows: list[Write] = [
        *needed,
        PutMeta("budget", "old"),
        PutMemory(ACCOUNT, RULE, "peak", "1"),
        *(line(number) for number in range(KEEP_LOG + 500)),
        line(KEEP_LOG, "at last"),
        PutMemory(ACCOUNT, RULE, "peak", None),
        PutMeta("budget", "new"),
        *needed,
    ]
    kept = coalesced(rows)
    log = [row for row in kept if isinstance(row, PutEnforcement)]
    others = [row for row in kept if not isinstance(row, PutEnforcement)]
    memory = PutMemory(ACCOUNT, RULE, "peak", None)
    assert others == [*needed, memory, PutMeta("budget", "new"), *needed]
    assert len(log) == KEEP_LOG
    assert log[-1] == line(KEEP_LOG, "at last")
    assert log[0] == line(500)
    assert coalesced(kept) == kept


@pytest.mark.timeout(20)
def test_a_database_that_stays_busy_gathers_few_rows_and_gets_them_in_the_end(tmp_path):
    mono = [1000.0]
    path = tmp_path / "state.db"
    keeper = StoreKeeper(Store.open(path), lambda: mono[0], lambda _problem: None, no_crash)
    with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        keeper.commit(STEP, NOW)
        for number in range(3 * KEEP_LOG):
            keeper.commit([line(number), PutMeta("budget", str(number))], NOW)
        mono[0] += RETRY_S
        keeper.retry_if_due(NOW)
        assert keeper.problem is not None
        assert len(keeper.waiting) <= len(STEP) + KEEP_LOG + 2  # the budget and the trusted instant
        blocker.execute("ROLLBACK")
    mono[0] += RETRY_S
    keeper.close(NOW)
    with closing(sqlite3.connect(path)) as reader:
        counts = [
            reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("locks", "trades", "intents", "enforcement_log")
        ]
    assert counts == [1, 1, 1, KEEP_LOG]
