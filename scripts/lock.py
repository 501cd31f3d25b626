"""Regenerate the lock files from `pyproject.toml` (for maintainers).

Needs `uv` on the path or in this interpreter (`pip install uv`); users never run this. The result
is universal: one file per purpose with the hashes of every wheel, valid for Python 3.11 to 3.14
on Linux, macOS and Windows, and readable by plain pip (`--require-hashes -r FILE`).

    python scripts/lock.py            keep the versions that still satisfy pyproject.toml
    python scripts/lock.py --upgrade  take the newest versions that do
"""

import argparse
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"

#: The last version with wheels for Intel Macs (only the tests need it, for TLS certificates).
INTEL_MAC = "cryptography<49"
#: hatchling needs it for an editable install, but only says so while it builds.
EDITABLE_BUILD = "editables>=0.5"


def compile_lock(target: str, sources: list[str], *options: str, text: str | None = None) -> None:
    """Write the lock file `target` from `sources`; raise CalledProcessError when uv fails.

    A source `-` is read from `text`, which holds one requirement per line.
    """
    uv = [shutil.which("uv")] if shutil.which("uv") else [sys.executable, "-m", "uv"]
    command = [
        *(part for part in uv if part),
        "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate",
        "--only-binary", ":all:", "--python-version", OLDEST_PYTHON,
        "--custom-compile-command", "python scripts/lock.py",
        "--output-file", target, *options, *sources,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, input=text, text=True, check=True)


def main() -> None:
    """Write the four lock files; the later ones agree with the earlier ones."""
    parser = argparse.ArgumentParser(description="Regenerate the lock files.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = "\n".join([*project["build-system"]["requires"], EDITABLE_BUILD])
    # The test lock is compiled first: it has the most constraints, and the others follow it.
    options = ["--extra", "test", *upgrade]
    compile_lock("requirements-test.lock", ["pyproject.toml", "-"], *options, text=INTEL_MAC)
    follow = ["--constraint", "requirements-test.lock", *upgrade]
    compile_lock("requirements.lock", ["pyproject.toml"], *follow)
    compile_lock("requirements-build.lock", ["-"], *follow, text=build)
    mutation = ["--extra", "mutation", *follow]
    compile_lock("requirements-mutation.lock", ["pyproject.toml"], *mutation)


if __name__ == "__main__":
    main()
