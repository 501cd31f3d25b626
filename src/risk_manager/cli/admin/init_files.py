"""What the first run writes: the two files, the key, the password; all of it or nothing."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from risk_manager.cli.admin.connection_checks import DATABASE_FILE
from risk_manager.config.accounts import TopstepX
from risk_manager.config.defaults import risk_example, schema_line
from risk_manager.config.edit_file import Edit, edited, in_yaml
from risk_manager.config.effective import LoadedConfig
from risk_manager.config.file_names import ACCOUNTS, RISK
from risk_manager.config.loader import load_config
from risk_manager.config.presets import PRESETS, preset_text
from risk_manager.config.save_file import NotSavedError, save_text
from risk_manager.config.secrets import KEY_FILE, STORED, store_secret
from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.positions import AccountRow
from risk_manager.rules import RULES, RULES_BY_SECTION
from risk_manager.utils.paths import Folders

_VARIABLE: Final = "RISK_MANAGER_FIRST_KEY"
_REAL: Final = {
    name: str(TopstepX.model_fields[name].default) for name in ("api_url", "user_hub", "market_hub")
}


class NotFirstError(RiskManagerError):
    """Something is set up here already (exit code 8)."""


@dataclass(frozen=True, slots=True)
class FirstFiles:
    """The two texts. The key itself is in neither."""

    accounts: str
    risk: str

    def loaded(self, folder: Path, key: str) -> LoadedConfig:
        """Read the texts as a start would, before anything is written. Raises ConfigErrors."""
        # The key is not stored yet, so it comes from an environment of its own.
        accounts = edited(self.accounts, Edit(("topstepx", "api_key"), f"${{{_VARIABLE}}}"))
        texts = {ACCOUNTS: accounts, RISK: self.risk}
        sections = {rule.section: rule.config_model for rule in RULES}
        return load_config(folder, sections, environ={_VARIABLE: key}, texts=texts)

    def write(self, folder: Path, key: str) -> None:
        """Write everything; accounts.yaml last, since nothing starts without it.

        Raises NotSavedError, and then leaves nothing behind.
        """
        written: list[Path] = []
        try:
            for name, text in ((KEY_FILE, key), (RISK, self.risk), (ACCOUNTS, self.accounts)):
                written.append(folder / name)
                if name == KEY_FILE:
                    store_secret(folder / name, text)
                else:
                    save_text(folder / name, text, private=name == ACCOUNTS)
        except (OSError, NotSavedError) as error:
            for path in written:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
            raise NotSavedError(f"nothing was saved: {error}") from error


def login_at(gateway: str | None, username: str, key: str) -> TopstepX:
    """Return the login at a gateway, the real one by default. Raises ValidationError."""
    addresses = dict(_REAL)
    if gateway is not None:
        base = gateway.rstrip("/")
        addresses = {
            "api_url": base,
            "user_hub": f"{base}/hubs/user",
            "market_hub": f"{base}/hubs/market",
        }
    return TopstepX.model_validate({"username": username, "api_key": key, **addresses})


def first_files(login: TopstepX, account: AccountRow, preset: str | None, mode: str) -> FirstFiles:
    """Return the texts for one account; without a preset every rule with its example values."""
    risk = (
        preset_text(PRESETS[preset])
        if preset is not None
        else schema_line("risk_config") + risk_example(RULES_BY_SECTION)
    )
    lines = [
        f"{schema_line('accounts')}# Written by risk-manager admin init. Never publish this file.",
        "",
        "topstepx:",
        f"  username: {in_yaml(login.username)}",
        f"  api_key: {STORED}                  # in {KEY_FILE}",
    ]
    lines += [
        f"  {name}: {in_yaml(getattr(login, name))}"
        for name, usual in _REAL.items()
        if getattr(login, name) != usual
    ]
    lines += ["", "monitored_account:", f"  account_id: {account.id}    # {account.name or ''}"]
    accounts = "\n".join(lines).rstrip() + "\n"
    return FirstFiles(accounts, edited(risk, Edit(("global", "mode"), mode)))


def refuse_second(folders: Folders) -> None:
    """Raise NotFirstError where files or a database stand: they are changed, not replaced."""
    for path in (folders.config / ACCOUNTS, folders.config / RISK):
        if path.exists():
            raise NotFirstError(
                f"{path} is there already; change it with: risk-manager admin auth, account, rule"
            )
    if (folders.data / DATABASE_FILE).exists():
        raise NotFirstError(
            f"something was guarded in {folders.data}: put its configuration back"
            f" (a copy of risk_config.yaml is in {folders.data / 'config-history'})"
        )
