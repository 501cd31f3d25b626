"""Reads what a broken database still gives: its locks above all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.locks import LockKey, Lockout
from risk_manager.state import stored_rows as rows
from risk_manager.state.lock_merging import merge
from risk_manager.state.stored_state import MEMORY, Query
from risk_manager.state.writes import (
    PutBoundary,
    PutContract,
    PutEnforcement,
    PutIntent,
    PutLock,
    PutMemory,
    PutMeta,
    PutTrade,
    Write,
)
from risk_manager.utils.datetime_helpers import parse_instant

_HEADER: Final = 100
_FREE_PAGES: Final = slice(32, 40)
_WAL_MODE: Final = slice(18, 20)
_SIZE_IS_OF_CHANGE: Final = slice(92, 96)
_MAGIC: Final = b"SQLite format 3\0"
_BAD_ROW = (LookupError, ValueError, TypeError, ArithmeticError)

_T = TypeVar("_T")


def salvaged(broken: Path, into: Query) -> list[Write]:
    """Return what to write so that nothing readable of `broken` is lost.

    `into` reads the database that takes its place: a lock known to both gets the later end and the
    lower ceilings. Rows that cannot be read or make no sense are left out. `broken` is not changed.
    """
    with TemporaryDirectory(dir=broken.parent) as folder:
        copy = Path(folder) / "copy.db"
        for suffix in ("", "-wal"):
            part = broken.with_name(broken.name + suffix)
            if part.exists():
                shutil.copyfile(part, copy.with_name(copy.name + suffix))
        _mend_header(copy)
        with suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as connection:
            return _rows_of(connection.execute, into)
    return []


def _rows_of(query: Query, into: Query) -> list[Write]:
    locks = _merged([*_read(into, rows.LOCKS, rows.lock_of), *_locks(query)])
    writes: list[Write] = [PutLock(lock) for lock in locks]
    writes += _read(query, "SELECT account_id, boundary FROM day_state", _boundary)
    writes += _read(query, rows.TRADES, _trade)
    writes += _read(query, rows.INTENTS, lambda row: PutIntent(rows.intent_of(row)))
    writes += _read(query, rows.DEAD, rows.dead_of)
    writes += _read(query, MEMORY, _memory)
    writes += _read(query, rows.CONTRACTS, lambda row: PutContract(rows.contract_of(row)))
    writes += _read(query, rows.ENFORCEMENT, lambda row: PutEnforcement(rows.record_of(row)))
    writes += _read(query, "SELECT name, value FROM meta", _meta)
    return writes


def _locks(query: Query) -> list[Lockout]:
    """Every lock that can be reached: from either end, and past a broken index."""
    backwards = rows.LOCKS.replace("ORDER BY id", "ORDER BY id DESC")
    bare = rows.LOCKS.replace("FROM locks", "FROM locks NOT INDEXED")
    return [
        lock for sql in (rows.LOCKS, backwards, bare) for lock in _read(query, sql, rows.lock_of)
    ]


def _merged(locks: Iterable[Lockout]) -> list[Lockout]:
    found: dict[LockKey, Lockout] = {}
    for lock in locks:
        known = found.get(lock.key)
        found[lock.key] = lock if known is None else merge(known, lock)
    return list(found.values())


def _read(query: Query, sql: str, parse: Callable[[rows.Row], _T]) -> list[_T]:
    """The rows up to the first that cannot be read, without those that make no sense."""
    found: list[_T] = []
    with suppress(sqlite3.Error):
        for row in query(sql):
            with suppress(*_BAD_ROW):
                found.append(parse(row))
    return found


def _boundary(row: rows.Row) -> PutBoundary:
    return PutBoundary(AccountId(int(row[0])), rows.instant_of(row[1]))


def _trade(row: rows.Row) -> PutTrade:
    marks = rows.marks_of(row)
    return PutTrade(rows.trade_of(row)) if marks is None else PutTrade(rows.trade_of(row), marks)


def _memory(row: rows.Row) -> PutMemory:
    account, rule, key, value = row
    return PutMemory(AccountId(int(account)), RuleId(rule), key, value)


def _meta(row: rows.Row) -> PutMeta:
    name, value = row
    if name == "trusted_instant":
        parse_instant(value)
    return PutMeta(str(name), str(value))


def _mend_header(path: Path) -> None:
    """Give a file whose first bytes are spoiled the ones every database of ours has."""
    content = path.read_bytes()
    if content.startswith(_MAGIC) or len(content) < _HEADER:
        return
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.execute("CREATE TABLE t (x)")
        header = bytearray(fresh.serialize()[:_HEADER])
    header[_FREE_PAGES] = bytes(8)
    header[_SIZE_IS_OF_CHANGE] = b"\xff" * 4  # no match: the size is that of the file
    header[_WAL_MODE] = b"\x02\x02"
    path.write_bytes(bytes(header) + content[_HEADER:])
