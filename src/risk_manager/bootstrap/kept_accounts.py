"""Accounts that the files no longer name, or switch off, and that stay guarded all the same.

To take an account out is a loosening: an administrator asks for it, and it waits like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from risk_manager.api.rest_client import ListedAccount
from risk_manager.bootstrap.accounts import Resolved
from risk_manager.config.accounts import AccountEntry
from risk_manager.config.config_set import ConfigSet
from risk_manager.config.effective import AccountConfig
from risk_manager.core.assembly import WatchedAccount
from risk_manager.core.config_judge import MODELS
from risk_manager.domain.ids import AccountId


def keep_guarded(
    resolved: Resolved, active: Mapping[AccountId, str], listed: Sequence[ListedAccount]
) -> Resolved:
    """Add the accounts that were guarded before, as far as the login still has them."""
    named = {item.id for item in resolved.watched}
    rows = {item.row.id: item.row for item in listed}
    kept = []
    for account_id in [one for one in active if one not in named and one in rows]:
        try:
            chosen = ConfigSet.read(active[account_id], MODELS)
        except ValueError:
            continue  # a configuration that cannot be read guards nothing
        entry = AccountEntry(account_id=account_id)
        config = AccountConfig(entry, chosen.global_, chosen.reset, chosen.rules, chosen.digest)
        kept.append(WatchedAccount(account_id, rows[account_id].name or str(account_id), config))
    if not kept:
        return resolved
    ids = {item.id for item in kept}
    causes = [
        f"account {item.id} is no longer enabled in accounts.yaml and stays guarded:"
        " confirm it with: risk-manager admin config apply"
        for item in kept
    ]
    unwatched = [(number, name) for number, name in resolved.unwatched if number not in ids]
    return Resolved([*resolved.watched, *kept], unwatched, [*resolved.causes, *causes])
