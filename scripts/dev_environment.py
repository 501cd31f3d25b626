"""The project's own environment: `.venv` with the locked packages, and the JavaScript client.

Standard library only. Each finished step leaves a stamp in `.venv`, written last, with a hash of
everything the step depended on. A step that was interrupted has no stamp and is done again.
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


def install(lock: Path) -> None:
    """Install the packages of `lock` and the project itself; raise SetupError.

    Every downloaded file is checked against the hashes of the lock. Nothing is built but the
    project, with the locked build tool, as an editable install.
    """
    print(f"Installing the packages of {lock.name} ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(BUILD_LOCK), "-r", str(lock)]
    run([*pip, *locked])
    run([*pip, "--no-deps", "--no-build-isolation", "--force-reinstall", "--editable", str(ROOT)])


def ensure(kind: str) -> Path:
    """Bring `.venv` up to date for `kind` ("run" or "test"); return its Python or raise SetupError.

    The file `installing` is there while packages are being installed: if it is found, the last
    install did not end and may have left half a package, so the environment is made anew.
    """
    stamps = {name: FOLDER / f"installed-{name}.json" for name in LOCKS}
    wanted = {
        name: fingerprint(BUILD_LOCK, lock, ROOT / "pyproject.toml") for name, lock in LOCKS.items()
    }
    # The test lock holds all of the run lock, so a current test environment serves both.
    if PYTHON.exists() and any(
        read_stamp(stamps[name]) == wanted[name] for name in dict.fromkeys((kind, "test"))
    ):
        return PYTHON
    interrupted = FOLDER / "installing"
    if interrupted.exists() or not is_usable():
        create()
    interrupted.touch()
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    install(LOCKS[kind])
    write_stamp(stamps[kind], wanted[kind])
    interrupted.unlink()
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
