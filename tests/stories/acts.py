"""What the guard did, in plain words, from the engine's own rows, records and requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from risk_manager.api import enums
from risk_manager.domain.ids import ACCOUNT_SCOPE
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.domain.requests import CancelOrder, ModifyOrder, PlaceStop
from risk_manager.domain.symbols import root_of_contract_id
from risk_manager.gateway_sim.venue_enums import CloseCode
from risk_manager.simulation.setup import ACCOUNT
from risk_manager.simulation.world import World
from risk_manager.state.writes import EndLock, PutLock
from risk_manager.utils.wording import duration, ending_in_words, wall_time
from tests.stories.story import NEW_YORK

NOTHING = "nothing"
SEEN = (Outcome.STARTED, Outcome.DONE, Outcome.ALREADY)


@dataclass(frozen=True, slots=True)
class Mark:
    """How much the world had written down at an instant, and the ends of its locks then."""

    rows: int
    records: int
    sent: int
    locks: Mapping[LockKey, datetime | None]

    @staticmethod
    def of(world: World) -> Mark:
        locks = {lock.key: lock.until for lock in world.locks()}
        return Mark(len(world.rows), len(world.records), len(world.broker.sent), locks)


def acts_since(world: World, mark: Mark) -> list[str]:
    """Locks, then closes, then orders; `nothing` when there is none of them."""
    found = [*_locks(world, mark), *_closes(world, mark), *_orders(world, mark)]
    return found or [NOTHING]


def found_nothing(record: EnforcementRecord) -> bool:
    """Whether a close reached the broker after the position was gone: it changed nothing.

    A fill is told before the position it leaves, so a lock may close what just became flat.
    """
    return record.code == CloseCode.POSITION_NOT_FOUND


def _locks(world: World, mark: Mark) -> Iterator[str]:
    news: dict[LockKey, tuple[datetime, Lockout | None]] = {}
    for t, row in world.rows[mark.rows :]:
        at = world.time.start_at + timedelta(seconds=t)
        if isinstance(row, PutLock):
            news[row.lock.key] = (at, row.lock)
        elif isinstance(row, EndLock):
            news[row.key] = (at, None)
    for key, (at, lock) in news.items():
        scope = "the account" if key.scope == ACCOUNT_SCOPE else key.scope
        if lock is None:
            yield f"unlocks {scope}"
        elif key not in mark.locks:
            yield f"locks {scope} {_ending(lock, at)}"
        elif mark.locks[key] != lock.until:
            yield f"extends the lock of {scope}, now {_ending(lock, at)}"


def _ending(lock: Lockout, now: datetime) -> str:
    """`until 5:00 PM ET`, `for 5m`, `until the block is removed`."""
    if lock.until is None:
        return ending_in_words(lock.kind, None, now, NEW_YORK, NEW_YORK)
    if lock.kind is LockKind.COOLDOWN:
        return f"for {duration((lock.until - now).total_seconds())}"
    return f"until {wall_time(lock.until, NEW_YORK, now)}"


def _closes(world: World, mark: Mark) -> Iterator[str]:
    newest: dict[str, EnforcementRecord] = {}
    for _, record in world.records[mark.records :]:
        newest[record.key] = record
    for record in newest.values():
        if found_nothing(record):
            continue
        symbol = root_of_contract_id(record.contract_id) if record.contract_id else None
        end = "" if record.outcome in SEEN else f" ({record.outcome.value.lower()})"
        if record.action == "CLOSE_POSITION":
            yield f"closes {symbol} {record.from_size}{end}"
        elif record.action == "REDUCE_POSITION":
            yield f"reduces {symbol} {record.from_size} to {record.to_size}{end}"


def _orders(world: World, mark: Mark) -> Iterator[str]:
    rows = {order.id: order for order in world.exchange.orders(ACCOUNT)}
    told: dict[str, None] = {}
    for sent in world.broker.sent[mark.sent :]:
        request = sent.request
        changed = sent.answer is not None and sent.answer.code == 0
        if changed and isinstance(request, PlaceStop):
            symbol = root_of_contract_id(request.contract_id)
            told[
                f"places a {request.side.value} stop for {request.size} {symbol} at "
                f"{request.stop_price:f}"
            ] = None
        if not changed or not isinstance(request, CancelOrder | ModifyOrder):
            continue  # an order that was filled or cancelled already is not told
        row = rows[request.order_id]
        side, kind = enums.SIDES[row.side].value, enums.ORDER_KINDS[row.type].value
        name, symbol = f"the {side} {kind} for", root_of_contract_id(row.contract_id)
        if isinstance(request, CancelOrder):
            told[f"cancels {name} {row.size} {symbol}"] = None
        elif request.stop_price is not None:
            told[f"moves {name} {symbol} to {request.stop_price:f}"] = None
        else:
            told[f"resizes {name} {symbol} to {request.size}"] = None
    yield from told
