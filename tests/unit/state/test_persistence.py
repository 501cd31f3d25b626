"""The database: every row comes back as it was."""

from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_manager.domain.contracts import Contract
from risk_manager.domain.ids import AccountId, PositionId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import EnforcementRecord, Intent, IntentKind, Outcome
from risk_manager.state.persistence import Store
from risk_manager.state.stored_state import StoredState
from risk_manager.state.writes import (
    PutBoundary,
    PutContract,
    PutDeadPosition,
    PutEnforcement,
    PutIntent,
    PutLock,
    PutMeta,
    PutTrade,
    Write,
)
from tests.unit.state.store_samples import CON


def write_and_load(path, *writes: Write) -> StoredState:
    store = Store.open(path)
    store.commit(writes)
    store.close()
    again = Store.open(path)
    assert again.recovery is None
    try:
        return again.load()
    finally:
        again.close()


int64 = st.integers(-(2**63), 2**63 - 1)
ids = st.integers(1, 2**63 - 1)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
money = st.decimals(allow_nan=False, allow_infinity=False, places=7, min_value=-9, max_value=10**9)
instants = st.datetimes(timezones=st.just(UTC))
locks = st.builds(
    Lockout, st.builds(LockKey, ids, texts, texts), st.sampled_from(LockKind), texts, instants,
    st.none() | instants, texts, texts, st.dictionaries(texts, int64), int64,
)  # fmt: skip
rows = {
    "locks": (PutLock, locks),
    "intents": (PutIntent, st.builds(
        Intent, ids, ids, texts, st.sampled_from(IntentKind), int64, int64, st.frozensets(int64),
        texts, texts, instants)),
    "contracts": (PutContract, st.builds(Contract, texts, texts, texts, money, money)),
}  # fmt: skip
trades = st.builds(
    Trade, ids, st.just(1), texts, instants, money, st.sampled_from(Side), int64, int64,
    st.none() | money, money, money, st.booleans(),
)  # fmt: skip
records = st.builds(
    EnforcementRecord, texts, instants, st.just(1), texts, texts, texts, st.sampled_from(Outcome),
    st.none() | texts, *[st.none() | int64] * 3, st.none() | texts,
    *[st.none() | st.floats(0, 1e9)] * 2,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rows")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_every_row_comes_back_as_it_was(folder, data):
    path = folder / f"{len(list(folder.iterdir()))}.db"
    expected = {name: data.draw(strategy) for name, (_, strategy) in rows.items()}
    trade, record = data.draw(trades), data.draw(records)
    dead = PutDeadPosition(
        AccountId(1), CON, PositionId(data.draw(int64)), data.draw(st.none() | instants)
    )
    meta = PutMeta(data.draw(texts), data.draw(texts))
    writes = [rows[name][0](value) for name, value in expected.items()]
    day = PutBoundary(AccountId(1), trade.at)
    state = write_and_load(path, *writes, PutTrade(trade), PutEnforcement(record), dead, meta, day)
    for name, value in expected.items():
        assert getattr(state, name) == (value,)
    assert state.trades == {1: (trade,)}
    assert str(state.trades[AccountId(1)][0].price) == str(trade.price)
    assert state.enforcement == {1: (record,)}
    assert state.dead_positions == (dead,)
    assert state.meta == {meta.name: meta.value}
    assert state.boundaries == {1: trade.at}
    assert state.last_intent_id == expected["intents"].id
