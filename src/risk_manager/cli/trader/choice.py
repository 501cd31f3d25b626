"""Which accounts a command shows."""

from __future__ import annotations

import click

from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.watch import Watch, choose


def chosen_accounts(watch: Watch, wanted: str | None) -> tuple[AccountRow, ...]:
    """Return the accounts to show; an account nobody knows ends the command (exit code 1)."""
    if watch.status is None:
        return ()
    accounts = choose(watch.status, wanted)
    if wanted is not None and not accounts:
        names = ", ".join(f"{account.name} ({account.id})" for account in watch.status.accounts)
        raise click.ClickException(f"no account {wanted!r}; there are: {names or 'none'}")
    return accounts
