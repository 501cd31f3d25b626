"""The configuration an account is really guarded by, and its hash.

Base sections, then the account's overrides key by key, aliases resolved and defaults filled in.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType

from risk_manager.config.accounts import AccountEntry, TopstepX
from risk_manager.config.alerts_file import AlertsFile
from risk_manager.config.base import RuleConfig
from risk_manager.config.errors import ConfigProblem
from risk_manager.config.logging_file import LoggingConfig
from risk_manager.config.models import GlobalConfig
from risk_manager.config.yaml_text import YamlNode
from risk_manager.utils.holidays import HolidayCalendar

_SHORT = 8


@dataclass(frozen=True, slots=True)
class ResetTime:
    """The account's daily reset: wall time `at` in the IANA zone `zone`."""

    at: time
    zone: str


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """Everything that decides how one account is guarded; `rules` by section name.

    `digest` is the hash (64 hex digits) of all of it but nickname and credentials.
    """

    account: AccountEntry
    global_: GlobalConfig
    reset: ResetTime
    rules: Mapping[str, RuleConfig]
    digest: str

    @property
    def enabled_rules(self) -> dict[str, RuleConfig]:
        """Return the sections with `enabled: true`."""
        return {name: rule for name, rule in self.rules.items() if rule.enabled}


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """A configuration folder that passed every check.

    `topstepx.api_key` and the addresses in `alerts` are the secrets themselves, already resolved.
    `notes` are warnings and notes to show.
    """

    topstepx: TopstepX
    accounts: tuple[AccountConfig, ...]
    global_: GlobalConfig
    holidays: HolidayCalendar
    logging: LoggingConfig
    alerts: AlertsFile
    notes: tuple[ConfigProblem, ...]
    digest: str

    @property
    def short_hash(self) -> str:
        """Return the 8 hex digits shown in the ready line."""
        return self.digest[:_SHORT]

    @property
    def secrets(self) -> list[str]:
        """Return what nothing the product writes may hold."""
        return [self.topstepx.api_key.get_secret_value(), *self.alerts.secrets]

    @property
    def watched(self) -> tuple[AccountConfig, ...]:
        """Return the accounts with `enabled: true`."""
        return tuple(item for item in self.accounts if item.account.enabled)


def overlaid(base: YamlNode, over: YamlNode) -> YamlNode:
    """Return `base` with the keys of `over`; mappings are joined, everything else is replaced."""
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    entries = dict(base.value)
    for key, node in over.value.items():
        entries[key] = overlaid(entries[key], node) if key in entries else node
    return YamlNode(base.file, base.line, entries)


def account_digest(
    entry: AccountEntry,
    global_: GlobalConfig,
    reset: ResetTime,
    rules: Mapping[str, RuleConfig],
    holidays: HolidayCalendar,
) -> str:
    """Return the hash of one account's active configuration; equal settings hash equally."""
    return _digest(
        {
            "account": [entry.account_id, entry.account_name, entry.enabled],
            "global": global_.model_dump(mode="json"),
            "reset": [reset.at.isoformat("minutes"), reset.zone],
            "rules": {name: rule.model_dump(mode="json") for name, rule in rules.items()},
            "holidays": _calendar(holidays),
        }
    )


def overall_digest(topstepx: TopstepX, accounts: tuple[AccountConfig, ...]) -> str:
    """Return the hash of the whole active configuration, without the API key."""
    login = topstepx.model_dump(mode="json", exclude={"api_key"})
    return _digest({"topstepx": login, "accounts": [item.digest for item in accounts]})


def frozen(rules: Mapping[str, RuleConfig]) -> Mapping[str, RuleConfig]:
    """Return a read-only view of the sections."""
    return MappingProxyType(dict(rules))


def _calendar(holidays: HolidayCalendar) -> object:
    return {
        "closed": sorted(day.isoformat() for day in holidays.holidays),
        "early": sorted(close.instant.isoformat() for close in holidays.early_closes.values()),
        "until": holidays.covered_until.isoformat(),
    }


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
