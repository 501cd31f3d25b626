"""What a first start would meet: the account and its positions, read now, and the rules chosen.

No rule is tried here: that takes the day's trades, prices and sessions, which only a guard has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import click

from risk_manager.cli.admin.venue_contact import VenueContact
from risk_manager.config.base import RuleMode
from risk_manager.config.effective import LoadedConfig
from risk_manager.domain.orders import Order, Side
from risk_manager.domain.positions import AccountRow, Position
from risk_manager.rules import RULES_BY_SECTION


class Preview(NamedTuple):
    """`may_act` is whether a start could close something at once."""

    account: str
    positions: list[str]
    rules: list[str]
    may_act: bool

    def texts(self) -> list[str]:
        """The lines a person reads."""
        lines = [self.account]
        lines += [f"open now: {text}" for text in self.positions] or [
            "no open position, no working order"
        ]
        lines += [f"will be enforced: {text}" for text in self.rules]
        if self.may_act:
            lines.append(
                "At the first start whatever of this breaks a rule is closed, reduced or cancelled."
            )
        return lines


def look_ahead(contact: VenueContact, account: AccountRow, loaded: LoadedConfig) -> Preview:
    """Read the account now. Raises VenueError."""
    positions, orders = contact.held(account.id)
    held = [item for item in positions if item.size]
    guarded = loaded.accounts[0]
    is_shadow = loaded.global_.mode is RuleMode.SHADOW
    rules = [] if is_shadow else [_rule(name, rule) for name, rule in guarded.enabled_rules.items()]
    may = {True: "may trade", False: "may NOT trade (canTrade is false)", None: "may trade or not"}
    said = f"account {account.id} {account.name or ''} - balance {account.balance}"
    return Preview(
        f"{said} - {may[account.can_trade]}",
        [_position(item) for item in held] + [_order(item) for item in orders],
        rules,
        bool(held or orders) and bool(rules),
    )


def account_named(rows: Iterable[AccountRow], wanted: str) -> AccountRow:
    """Return the account of that number or name; a usage error lists what there is."""
    found = {name: row for row in rows for name in (str(row.id), row.name)}
    if wanted in found:
        return found[wanted]
    names = ", ".join(str(name) for name in found if name)
    raise click.UsageError(f"the login has no account {wanted!r}; it has: {names}")


def _position(position: Position) -> str:
    side = "long" if position.side is Side.BUY else "short"
    return f"{position.contract_id} {side} {position.size}"


def _order(order: Order) -> str:
    side = "buy" if order.side is Side.BUY else "sell"
    return f"{order.contract_id} order {order.id}: {side} {order.size}"


def _rule(section: str, settings: Any) -> str:
    rule = RULES_BY_SECTION[section]
    limit = getattr(settings, "limit", None)
    words = f"{rule.rule_id} {rule.title}"
    return words if limit is None else f"{words}: {limit}"
