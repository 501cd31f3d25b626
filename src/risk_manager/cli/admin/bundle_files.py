"""What goes into a support bundle, with every secret this machine knows taken out."""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from risk_manager import __version__
from risk_manager.cli.admin.log_files import generations, read_lines
from risk_manager.cli.admin.logs_command import logs_folder
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.file_names import ACCOUNTS
from risk_manager.config.secrets import SecretError, read_env_file
from risk_manager.config.yaml_file import read_yaml
from risk_manager.ipc.run_folder import ADMIN_TOKEN_FILE, READ_TOKEN_FILE
from risk_manager.ledger.folder import FOLDER
from risk_manager.utils.logging import FILES
from risk_manager.utils.masking import MASK
from risk_manager.utils.paths import Folders

NEWEST: Final = 2
"""Files of each log and of the ledger that go in."""
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"']+")
_ALERTS: Final = "alerts.yaml"


def known_secrets(folders: Folders, environment: dict[str, str]) -> set[str]:
    """Every secret that can be found here, whether or not the configuration is valid.

    The user name of the platform counts as one: it is half of a login.
    """
    found = {text.strip() for path in folders.config.glob("*.secret") for text in _text(path)}
    for name in (READ_TOKEN_FILE, ADMIN_TOKEN_FILE):
        found.update(text.strip() for text in _text(folders.run / name))
    with suppress(SecretError):
        found.update(read_env_file(Path(".env")).values())
    login = _login(folders.config)
    key = str(login.get("api_key", ""))
    named = re.fullmatch(r"\$\{(\w+)\}", key)
    found |= {str(login.get("username", "")), environment.get(named[1], "") if named else key}
    for text in _text(folders.config / _ALERTS):
        found.update(_ADDRESS.findall(text))
        found.update(environment.get(name, "") for name in re.findall(r"\$\{(\w+)\}", text))
    return {secret for secret in found if secret}


def bundle_texts(folders: Folders, status: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Yield name and text of each part, not yet masked."""
    yield "about.txt", f"risk-manager {__version__}\nPython {sys.version}\n{platform.platform()}\n"
    if status is not None:
        yield "status.json", json.dumps(status, indent=2)
    for path in sorted(folders.config.glob("*.yaml")):
        for text in _text(path):
            # An address of an alert may hold a secret anywhere; nobody needs it for support.
            is_alerts = path.name == _ALERTS
            yield f"config/{path.name}", _ADDRESS.sub(MASK, text) if is_alerts else text
    logs = logs_folder(folders)
    for path in (item for stem in FILES for item in generations(logs, stem)[:NEWEST]):
        with suppress(OSError):
            yield f"logs/{path.name.removesuffix('.gz')}", "\n".join(read_lines(path))
    for path in sorted((folders.data / FOLDER).glob("*.jsonl"))[-NEWEST:]:
        for text in _text(path):
            yield f"ledger/{path.name}", text


def _login(folder: Path) -> dict[str, Any]:
    with suppress(ConfigErrors, OSError):
        tree = read_yaml(folder / ACCOUNTS).plain()
        found = tree.get("topstepx") if isinstance(tree, dict) else None
        return found if isinstance(found, dict) else {}
    return {}


def _text(path: Path) -> list[str]:
    """The text of a file; nothing where there is none."""
    try:
        return [path.read_text(encoding="utf-8", errors="replace")]
    except OSError:
        return []
