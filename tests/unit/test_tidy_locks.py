"""The lock files hold everything pyproject.toml asks for, with hashes, and agree with another."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.unit.tidy import ROOT

LOCKS = (
    "requirements.lock",
    "requirements-test.lock",
    "requirements-build.lock",
    "requirements-mutation.lock",
)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(lock: str) -> list[list[str]]:
    """Return the logical lines of a lock file, each split into requirement and options."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "\t")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [[part.strip() for part in line.split("\t")] for line in lines]


def pins(lock: str) -> dict[str, set[str]]:
    """Return the pinned versions of each package (several where Pythons or systems differ)."""
    found: dict[str, set[str]] = {}
    for requirement, *_ in entries(lock):
        parsed = Requirement(requirement)
        version = str(parsed.specifier)
        found.setdefault(canonicalize_name(parsed.name), set()).add(version.removeprefix("=="))
    return found


def asked(lock: str) -> list[Requirement]:
    """Return what pyproject.toml asks for in the place that `lock` stands for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run, extra = project["project"]["dependencies"], project["project"]["optional-dependencies"]
    wanted = {
        "requirements.lock": run,
        "requirements-test.lock": [*run, *extra["test"]],
        "requirements-mutation.lock": [*run, *extra["mutation"]],
        "requirements-build.lock": project["build-system"]["requires"],
    }
    return [Requirement(text) for text in wanted[lock]]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_exact_version_with_hashes_and_nothing_else(lock: str) -> None:
    for requirement, *options in entries(lock):
        parsed = Requirement(requirement)
        assert re.fullmatch(r"==[\w.!+]+", str(parsed.specifier)), requirement
        assert not parsed.url
        assert options, requirement
        assert all(HASH.fullmatch(option) for option in options), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_satisfies_pyproject(lock: str) -> None:
    locked = pins(lock)
    for wanted in asked(lock):
        versions = locked.get(canonicalize_name(wanted.name), set())
        assert versions, f"{wanted.name} is not locked; run scripts/lock.py"
        assert all(wanted.specifier.contains(version) for version in versions), wanted


@pytest.mark.parametrize("lock", [lock for lock in LOCKS if lock != "requirements-test.lock"])
def test_locks_agree(lock: str) -> None:
    test = pins("requirements-test.lock")
    differing = {name: v for name, v in pins(lock).items() if name in test and test[name] != v}
    assert differing == {}


def test_the_test_lock_holds_all_of_the_run_lock() -> None:
    assert pins("requirements.lock").keys() <= pins("requirements-test.lock").keys()
