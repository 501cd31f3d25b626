"""Where secrets come from: the file itself, the environment, or a stored secret.

`api_key: "stored"` reads a file of mode 0600 in the configuration folder, `"${NAME}"` a variable of
the environment (in development also of `.env`), anything else is the key itself.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from risk_manager.domain.errors import RiskManagerError

STORED: Final = "stored"
KEY_FILE: Final = "api_key.secret"
STORE_KEY: Final = "store it with: risk-manager admin auth set"

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ENV_LINE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")
_QUOTED: Final = re.compile(r"""(["'])(.*?)\1(?:\s+#.*)?""")
_COMMENT: Final = re.compile(r"\s#")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class SecretError(RiskManagerError):
    """A secret cannot be had; `fix` says what to do. The text never holds the secret."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


def resolve_secret(
    reference: str, environ: Mapping[str, str] | None, stored_in: Path, fix: str = STORE_KEY
) -> str:
    """Return the secret behind a reference, such as the `api_key` of accounts.yaml.

    SecretError when there is none; `fix` says how one is stored. `environ` None is a service: it
    does not see the variables of any user.
    """
    if reference == STORED:
        return read_stored_secret(stored_in, fix)
    match = _VARIABLE.fullmatch(reference)
    if match is None:
        if "${" in reference:
            raise SecretError("mixes text and ${...}", 'write "${NAME}" alone')
        return reference
    if environ is None:
        raise SecretError(
            "a service does not see the variables of a user",
            f'{fix}, and write "{STORED}"',
        )
    key = environ.get(match[1], "").strip()
    if not key:
        raise SecretError(
            f"the environment has no variable {match[1]}", f"set {match[1]}, or {fix}"
        )
    return key


def read_stored_secret(key_file: Path, fix: str) -> str:
    """Return a stored secret; SecretError if it is absent, empty or readable by others."""
    try:
        mode = key_file.stat().st_mode
        key = key_file.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise SecretError("nothing is stored yet", fix) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"{key_file.name} cannot be read", fix) from error
    # On Windows the folder's access list protects the file; its mode bits say nothing.
    if os.name == "posix" and mode & _OTHERS:
        raise SecretError(f"{key_file.name} may be read by others", f"chmod 600 {key_file.name}")
    if not key:
        raise SecretError(f"{key_file.name} is empty", fix)
    return key


def store_secret(key_file: Path, key: str) -> None:
    """Write a secret to a file only its owner may read, replacing an old one as a whole."""
    fresh = key_file.with_name(f"{key_file.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{key}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(key_file)


def read_env_file(path: Path) -> dict[str, str]:
    """Return the NAME=VALUE lines of a `.env` file, nothing when there is none.

    Quotes around a value are removed, and what follows ` #` outside of them; a value is never
    expanded. Comments, empty and other lines are skipped.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"{path.name} cannot be read", "make it readable UTF-8 text") from error
    values: dict[str, str] = {}
    for line in lines:
        match = _ENV_LINE.fullmatch(line.strip())
        if match is not None:
            quoted = _QUOTED.fullmatch(match[2].strip())
            values[match[1]] = quoted[2] if quoted else _COMMENT.split(match[2])[0].strip()
    return values
