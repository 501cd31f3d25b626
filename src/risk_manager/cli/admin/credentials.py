"""The login in the files: user name and reference in accounts.yaml, the key in its own file."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr, ValidationError

from risk_manager.cli.admin.connection_checks import DATABASE_FILE
from risk_manager.cli.admin.looking import Look
from risk_manager.config.accounts import TopstepX
from risk_manager.config.edit_file import Edit, edited, in_yaml, value_at
from risk_manager.config.errors import ConfigErrors, ConfigProblem
from risk_manager.config.file_names import ACCOUNTS, RISK
from risk_manager.config.save_file import NotSavedError, save_text
from risk_manager.config.secrets import KEY_FILE, STORED, store_secret
from risk_manager.config.yaml_file import read_yaml
from risk_manager.domain.errors import RiskManagerError

_SECTION = "topstepx"
_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


class AnotherLoginError(RiskManagerError):
    """Another login would be a loosening (exit code 8)."""


def login_of(folder: Path, username: str, key: str) -> TopstepX:
    """Return the login with the addresses of accounts.yaml. Raises ConfigErrors."""
    section = _section(folder)
    try:
        return TopstepX.model_validate({**section, "username": username, "api_key": SecretStr(key)})
    except ValidationError as error:
        # The error's own text would repeat the values, a key among them.
        wrong = ", ".join(".".join(map(str, row["loc"])) for row in error.errors())
        raise ConfigErrors(
            [ConfigProblem(ACCOUNTS, None, _SECTION, f"not usable: {wrong}")]
        ) from None


def refuse_another(look: Look, username: str) -> None:
    """Refuse a login of another user while the guard may hold a commitment of the first.

    Free are: the same user with a new key, an installation that has guarded nothing yet, and the
    development setting `loosen_policy: immediate` while no daemon runs. Raises AnotherLoginError.
    """
    present = _section(look.folder).get("username")
    if present == username or not (look.data / DATABASE_FILE).exists():
        return
    policy = value_at(look.text(RISK), ("global", "loosen_policy"))
    if policy == "immediate" and look.status is None:
        return
    raise AnotherLoginError(
        f"refused: {present} is guarded here, and another login ends that. It is a loosening, and"
        " a waiting change of the login does not exist; the same user with a new key is allowed"
    )


class Credentials:
    """Of one configuration folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, username: str, key: str) -> None:
        """Store the key, and user name and reference in accounts.yaml; NotSavedError or nothing.

        The key comes last: a user name whose key is missing starts nothing.
        """
        path = self._folder / ACCOUNTS
        before = path.read_text(encoding="utf-8")
        text = edited(before, Edit((_SECTION, "username"), in_yaml(username)))
        text = edited(text, Edit((_SECTION, "api_key"), in_yaml(STORED)))
        save_text(path, text)
        try:
            store_secret(self._folder / KEY_FILE, key)
        except OSError as error:
            save_text(path, before)
            raise NotSavedError(f"the key was not stored: {error.strerror or error}") from error

    def shown(self) -> dict[str, str]:
        """What may be shown: everything but the key. Raises ConfigErrors."""
        section = _section(self._folder)
        reference = str(section.get("api_key", ""))
        if reference == STORED:
            there = (self._folder / KEY_FILE).exists()
            key = f"stored in {KEY_FILE}" if there else f"stored, but {KEY_FILE} is missing"
        elif _VARIABLE.fullmatch(reference):
            key = f"from the environment: {reference}"
        else:
            key = "*** (stands in accounts.yaml itself)" if reference else "none"
        names = ("api_url", "user_hub", "market_hub")
        defaults = {name: str(TopstepX.model_fields[name].default) for name in names}
        found = {name: str(section.get(name, defaults[name])) for name in names}
        return {"username": str(section.get("username", "")), "api_key": key, **found}


def _section(folder: Path) -> dict[str, object]:
    if not (folder / ACCOUNTS).exists():
        fix = "write the files first: risk-manager admin init"
        raise ConfigErrors([ConfigProblem(ACCOUNTS, None, "", "the file is missing", fix=fix)])
    plain = read_yaml(folder / ACCOUNTS).plain()
    found = plain.get(_SECTION) if isinstance(plain, dict) else None
    return dict(found) if isinstance(found, dict) else {}
