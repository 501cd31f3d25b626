"""The project's own environment: `.venv` with the locked packages, and the JavaScript client.

Standard library only. Each finished step leaves a stamp in `.venv`, written last; a step that was
interrupted therefore has none and is done again. A stamp names everything the step depended on.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
SCRIPTS = FOLDER / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
BUILD_LOCK = ROOT / "requirements-build.lock"
LOCKS = {"run": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}
JAVASCRIPT = ROOT / "tests" / "integration" / "js"
OLDEST_NODE = 18


class SetupError(Exception):
    """A set-up step failed; the text says what and what to do."""


class JavaScript(NamedTuple):
    """Where the official JavaScript client is installed, or why it is missing (else empty)."""

    folder: Path | None
    missing: str


def executable(name: str) -> str:
    """Return the path of a console script of the environment."""
    return str(SCRIPTS / (f"{name}.exe" if os.name == "nt" else name))


def fingerprint(*files: Path) -> str:
    """Return a hash of the files' content, this Python version and the project's place."""
    digest = hashlib.sha256(f"{sys.version_info[:3]} {ROOT}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def run(command: list[str], cwd: Path = ROOT) -> None:
    """Run a set-up command with its output shown; raise SetupError when it fails."""
    try:
        subprocess.run(command, cwd=cwd, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"{' '.join(command)}: {error}") from error


def is_usable() -> bool:
    """Return whether `.venv` has a Python of our own version with a working pip."""
    probe = "import sys, pip; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def create() -> None:
    """Make an empty environment, replacing one that is broken or of another Python version."""
    if Path(sys.prefix).resolve() == FOLDER.resolve():
        raise SetupError("the environment must be rebuilt; run this with the Python outside .venv")
    print(f"Creating {FOLDER} ...", flush=True)
    try:
        venv.create(FOLDER, clear=True, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        hint = "on Debian and Ubuntu, install the package python3-venv first"
        raise SetupError(f"cannot create {FOLDER}: {error} ({hint})") from error


def ensure(kind: str) -> Path:
    """Install the locked packages of `kind` ("run" or "test") and the project, unless done.

    Every downloaded file is checked against the hashes of the lock; nothing is built but the
    project itself, with the locked build tool, as an editable install. Returns the environment's
    Python. Raises SetupError.
    """
    stamp = FOLDER / f"installed-{kind}.json"
    lock = LOCKS[kind]
    wanted = fingerprint(BUILD_LOCK, lock, ROOT / "pyproject.toml")
    if PYTHON.exists() and read_stamp(stamp) == wanted:
        return PYTHON
    if not is_usable():
        create()
    stamp.unlink(missing_ok=True)
    print(f"Installing the packages of {lock.name} ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(BUILD_LOCK), "-r", str(lock)]
    run([*pip, *locked])
    run([*pip, "--no-deps", "--no-build-isolation", "--force-reinstall", "--editable", str(ROOT)])
    write_stamp(stamp, wanted)
    return PYTHON


def ensure_javascript() -> JavaScript:
    """Fetch the pinned npm packages into the environment, unless done; needs Node 18 and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    lock = JAVASCRIPT / "package-lock.json"
    if not lock.exists():
        return JavaScript(None, f"{lock.name} is missing from this copy of the project")
    if node is None or npm is None:
        return JavaScript(None, "Node.js 18 or newer with npm was not found")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", version.stdout)
    if found is None or int(found[1]) < OLDEST_NODE:
        return JavaScript(None, f"Node.js {version.stdout.strip()} is older than {OLDEST_NODE}")
    folder = FOLDER / "js"
    stamp = folder / "installed.json"
    manifest = JAVASCRIPT / "package.json"
    wanted = fingerprint(manifest, lock)
    if read_stamp(stamp) != wanted:
        print("Fetching the official JavaScript client ...", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for file in (manifest, lock):
            shutil.copy(file, folder)
        try:
            run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)
        except SetupError as error:
            return JavaScript(None, f"it could not be fetched ({error})")
        write_stamp(stamp, wanted)
    return JavaScript(folder, "")


def read_stamp(stamp: Path) -> str | None:
    """Return the fingerprint in a stamp file, or None without a readable one."""
    try:
        return str(json.loads(stamp.read_text(encoding="utf-8"))["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(stamp: Path, wanted: str) -> None:
    """Write a stamp in one step: it is there completely or not at all."""
    draft = stamp.with_suffix(".new")
    draft.write_text(json.dumps({"fingerprint": wanted}), encoding="utf-8")
    draft.replace(stamp)
