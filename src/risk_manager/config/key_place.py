"""Where a key that a person names stands: in which file, and at which path (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from risk_manager.config.edit_file import Edit, EditError, value_at
from risk_manager.config.file_names import ACCOUNTS, HOLIDAYS, RISK
from risk_manager.config.risk_file import RuleSections
from risk_manager.config.structure import nearest
from risk_manager.config.yaml_text import YamlNode, parse_yaml

_FILES: Final[Mapping[str, str]] = {
    "topstepx": ACCOUNTS,
    "monitored_account": ACCOUNTS,
    "monitored_accounts": ACCOUNTS,
}
ACCOUNT_KEYS: Final = frozenset({"nickname", "enabled", "settings"})
"""Keys of an account itself; every other key of one is an override."""
Path = tuple[str | int, ...]


def place_of(
    key: str, account: str | None, texts: Mapping[str, str], models: RuleSections
) -> tuple[str, Path]:
    """Return file and path of a dotted key; with an account, that of its override.

    Raises EditError for an unknown section or account.
    """
    steps: Path = tuple(int(step) if step.isdigit() else step for step in key.split("."))
    section = str(steps[0])
    known = ["global", "daily_reset", *models, *_FILES]
    if section == "holidays" and len(steps) > 1:
        return HOLIDAYS, steps[1:]
    if account is not None and section in ACCOUNT_KEYS:
        return ACCOUNTS, (*account_path(account, texts[ACCOUNTS]), *steps)
    if section not in known:
        raise EditError(f"unknown section {section!r}: {nearest(section, known)}")
    if account is not None:
        if section not in models:
            raise EditError(f"{section} cannot be set for one account; leave --account out")
        return ACCOUNTS, (*account_path(account, texts[ACCOUNTS]), "rule_overrides", *steps)
    if section in _FILES:
        return _FILES[section], steps
    return RISK, _as_spelled(steps, texts[RISK], models)


def account_path(account: str, text: str) -> Path:
    """Return where an account stands in accounts.yaml, by number, name or nickname."""
    tree = parse_yaml(text, ACCOUNTS).entries
    single = tree.get("monitored_account")
    if single is not None and account in _names(single):
        return ("monitored_account",)
    rows = tree["monitored_accounts"].value if "monitored_accounts" in tree else []
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        if account in _names(row):
            return ("monitored_accounts", place)
    raise EditError(f"accounts.yaml has no account {account!r}")


def edit_of(
    key: str, value: str | None, account: str | None, texts: Mapping[str, str], models: RuleSections
) -> tuple[str, Edit]:
    """Return the file and the edit that set a key, or remove it (`value` None)."""
    if key.split(".", maxsplit=1)[0] == "topstepx":
        raise EditError("the login is changed by: admin auth set; it is tried before it is saved")
    file, path = place_of(key, account, texts, models)
    return file, Edit(path, value)


def _names(row: YamlNode) -> set[str]:
    entries = row.entries
    keys = ("account_id", "account_name", "nickname")
    return {entries[key].text or "" for key in keys if key in entries}


def _as_spelled(steps: Path, text: str, models: RuleSections) -> Path:
    """Return the path with the spelling that the file uses (`loss_limit` for `limit`)."""
    model = models.get(str(steps[0]))
    if model is None or len(steps) < 2:
        return steps
    for alias, name in model.key_aliases.items():
        if steps[1] == name and value_at(text, (steps[0], alias)) is not None:
            return (steps[0], alias, *steps[2:])
    return steps
