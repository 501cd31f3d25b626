"""The keeper's own edges: nothing to write, a flush that fails, rows of a log nobody needs."""

import threading
from datetime import UTC, datetime

import pytest

from risk_manager.core.store_keeper import StoreKeeper
from risk_manager.core.waiting_rows import coalesced
from risk_manager.domain.ids import RuleId
from risk_manager.state.persistence import Store, StoreError
from risk_manager.state.writes import PutContract, PutMemory, PutMeta, Write
from tests.support.make import ACCOUNT, contract

WALL = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)
RULE = RuleId("RULE-005")


class Clock:
    """A clock that stands still until a test moves it; `slow` moves it at each second look."""

    def __init__(self) -> None:
        self.seconds, self.step_s = 1000.0, 0.0

    def __call__(self) -> float:
        self.seconds += self.step_s
        return self.seconds


@pytest.fixture
def kept(tmp_path):
    """A keeper over a real database, its clock and what it reported."""
    clock = Clock()
    problems: list[str | None] = []
    store = Store.open(tmp_path / "guard.db")
    keeper = StoreKeeper(store, clock, problems.append, lambda _name, _error: None)
    yield keeper, clock, problems
    clock.step_s = 0.0
    keeper.close(WALL)


def test_a_step_without_rows_writes_nothing(kept):
    keeper, _, problems = kept
    keeper.commit([], WALL)
    assert (keeper.due_mono, problems) == (None, [])


def test_a_slow_commit_is_told_and_a_fast_one_ends_it(kept):
    keeper, clock, problems = kept
    clock.step_s = 0.06
    keeper.commit([PutMeta("a", "1")], WALL)
    clock.step_s = 0.0
    keeper.commit([PutMeta("a", "2")], WALL)
    assert problems == ["a commit took 60 ms", None]


def test_a_flush_that_fails_is_told_by_the_next_commit(kept):
    keeper, _, problems = kept
    flushed = threading.Event()

    def failing() -> None:
        flushed.set()
        raise StoreError("cannot flush: no space")

    keeper._store.flush = failing
    keeper.commit([PutMeta("a", "1")], WALL)
    assert flushed.wait(5)
    for _ in range(100):
        keeper.commit([PutMeta("a", "2")], WALL)
        if problems:
            break
        flushed.wait(0.01)
    assert problems == ["cannot flush: no space"]


def test_of_values_that_replace_one_another_the_newest_waits():
    rows: list[Write] = [
        PutMeta("a", "1"), PutMemory(ACCOUNT, RULE, "k", "1"), PutContract(contract("MNQ")),
        PutMeta("a", "2"), PutMemory(ACCOUNT, RULE, "k", None), PutContract(contract("MNQ")),
        PutMeta("b", "1"),
    ]  # fmt: skip
    assert coalesced(rows) == rows[3:]
