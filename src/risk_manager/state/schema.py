"""The database's tables, as numbered migrations (SQL only; `persistence.py` runs them).

Money and prices are TEXT, so that no digit is lost. Instants are TEXT, ISO 8601 in UTC with six
fraction digits, so that they sort as text. A migration is never changed once it was published: a
new one follows it.
"""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        """CREATE TABLE locks (
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL,
            scope TEXT NOT NULL,
            rule_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            reason TEXT NOT NULL,
            set_at TEXT NOT NULL,
            until TEXT,
            reading TEXT NOT NULL,
            rule_limit TEXT NOT NULL,
            ceilings TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            ended_at TEXT,
            end_cause TEXT
        )""",
        """CREATE UNIQUE INDEX locks_active ON locks (account_id, scope, rule_id)
            WHERE ended_at IS NULL""",
        """CREATE TABLE trades (
            account_id INTEGER NOT NULL,
            trade_id INTEGER NOT NULL,
            contract_id TEXT NOT NULL,
            at TEXT NOT NULL,
            price TEXT NOT NULL,
            side TEXT NOT NULL,
            size INTEGER NOT NULL,
            order_id INTEGER NOT NULL,
            pnl TEXT,
            fees TEXT NOT NULL,
            commissions TEXT NOT NULL,
            voided INTEGER NOT NULL,
            PRIMARY KEY (account_id, trade_id)
        ) WITHOUT ROWID""",
        "CREATE INDEX trades_by_time ON trades (account_id, at)",
        """CREATE TABLE day_state (
            account_id INTEGER PRIMARY KEY,
            boundary TEXT NOT NULL
        )""",
        """CREATE TABLE intents (
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL,
            contract_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            target INTEGER NOT NULL,
            expected_size INTEGER NOT NULL,
            position_ids TEXT NOT NULL,
            rule_id TEXT NOT NULL,
            reason TEXT NOT NULL,
            created_at TEXT NOT NULL,
            ended_at TEXT,
            outcome TEXT
        )""",
        "CREATE INDEX intents_open ON intents (id) WHERE ended_at IS NULL",
        """CREATE TABLE dead_positions (
            account_id INTEGER NOT NULL,
            position_id INTEGER NOT NULL,
            contract_id TEXT NOT NULL,
            opened_at TEXT,
            PRIMARY KEY (account_id, position_id)
        ) WITHOUT ROWID""",
        """CREATE TABLE enforcement_log (
            key TEXT PRIMARY KEY,
            at TEXT NOT NULL,
            account_id INTEGER NOT NULL,
            rule_id TEXT NOT NULL,
            reason TEXT NOT NULL,
            action TEXT NOT NULL,
            outcome TEXT NOT NULL,
            contract_id TEXT,
            from_size INTEGER,
            to_size INTEGER,
            code INTEGER,
            message TEXT,
            ms_to_request REAL,
            ms_to_flat REAL
        ) WITHOUT ROWID""",
        "CREATE INDEX enforcement_by_time ON enforcement_log (account_id, at)",
        """CREATE TABLE contracts (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            root TEXT NOT NULL,
            tick_size TEXT NOT NULL,
            tick_value TEXT NOT NULL,
            active INTEGER NOT NULL
        ) WITHOUT ROWID""",
    ),
    (
        "ALTER TABLE locks ADD COLUMN cause_order INTEGER",
        """CREATE TABLE rule_memory (
            account_id INTEGER NOT NULL,
            rule_id TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (account_id, rule_id, key)
        ) WITHOUT ROWID""",
    ),
    (
        "ALTER TABLE trades ADD COLUMN opens INTEGER",
        "ALTER TABLE trades ADD COLUMN own_close INTEGER",
        "ALTER TABLE intents ADD COLUMN closing_side TEXT",
    ),
)
"""Statements of version 1, 2, ...; all statements of a version are one transaction."""

CURRENT_VERSION: Final = len(MIGRATIONS)

PRUNE_BATCH: Final = 100
"""Rows per transaction: few enough to hold the write lock for far less than 20 ms."""

PRUNE_FIND: Final = 10_000
"""Rows looked for at once; looking takes no lock."""

# How to find the keys of old rows (oldest instant to keep, how many) and how to delete one. Rows
# that still matter (active locks, open intents) are never old enough to go.
PRUNES: Final = (
    (
        "SELECT account_id, trade_id FROM trades WHERE at < ? LIMIT ?",
        "DELETE FROM trades WHERE account_id = ? AND trade_id = ?",
    ),
    (
        "SELECT key FROM enforcement_log WHERE at < ? LIMIT ?",
        "DELETE FROM enforcement_log WHERE key = ?",
    ),
    ("SELECT id FROM locks WHERE ended_at < ? LIMIT ?", "DELETE FROM locks WHERE id = ?"),
    ("SELECT id FROM intents WHERE ended_at < ? LIMIT ?", "DELETE FROM intents WHERE id = ?"),
    (
        "SELECT account_id, position_id FROM dead_positions WHERE opened_at < ? LIMIT ?",
        "DELETE FROM dead_positions WHERE account_id = ? AND position_id = ?",
    ),
)
