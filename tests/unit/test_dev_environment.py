"""The set-up of scripts/dev_run.py: when it installs, when it does not, and how it recovers."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev_environment

SCRIPTS = Path(dev_environment.__file__).parent


class Sandbox:
    """A copy of the project's lock files with the slow steps recorded instead of done."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[str] = []
        self.fail = False
        root = folder / "project"
        root.mkdir()
        self.pyproject = root / "pyproject.toml"
        self.pyproject.write_text("[project]")
        locks = {"run": root / "run.lock", "test": root / "test.lock"}
        for lock in (*locks.values(), root / "build.lock"):
            lock.write_text(lock.name)
        self.lock = locks["run"]
        self.venv = root / ".venv"
        python = self.venv / "python"
        for name, value in {
            "ROOT": root, "FOLDER": self.venv, "PYTHON": python, "LOCKS": locks,
            "BUILD_LOCK": root / "build.lock", "create": self.create, "install": self.install,
            "is_usable": python.exists,
        }.items():  # fmt: skip
            monkeypatch.setattr(dev_environment, name, value)

    def create(self) -> None:
        """Stand in for the making of an environment."""
        self.steps.append("create")
        self.venv.mkdir(exist_ok=True)
        for old in self.venv.iterdir():
            old.unlink()
        dev_environment.PYTHON.touch()

    def install(self, lock: Path) -> None:
        """Stand in for pip."""
        self.steps.append(lock.name)
        if self.fail:
            raise dev_environment.SetupError("no network")

    def ensure(self, kind: str) -> list[str]:
        """Run the set-up and return the steps it took."""
        self.steps.clear()
        dev_environment.ensure(kind)
        return self.steps


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    return Sandbox(tmp_path, monkeypatch)


def test_second_run_does_nothing(sandbox: Sandbox) -> None:
    assert sandbox.ensure("run") == ["create", "run.lock"]
    assert sandbox.ensure("run") == []


def test_tests_need_more_than_a_run_and_then_serve_both(sandbox: Sandbox) -> None:
    sandbox.ensure("run")
    assert sandbox.ensure("test") == ["test.lock"]
    assert sandbox.ensure("test") == []
    assert sandbox.ensure("run") == []


@pytest.mark.parametrize("changed", ["lock", "pyproject"])
def test_changed_file_installs_again(sandbox: Sandbox, changed: str) -> None:
    sandbox.ensure("run")
    getattr(sandbox, changed).write_text("changed")
    assert sandbox.ensure("run") == ["run.lock"]
    assert sandbox.ensure("run") == []


def test_interrupted_install_starts_from_an_empty_environment(sandbox: Sandbox) -> None:
    sandbox.fail = True
    with pytest.raises(dev_environment.SetupError, match="no network"):
        sandbox.ensure("run")
    sandbox.fail = False
    assert sandbox.ensure("run") == ["create", "run.lock"]
    assert sandbox.ensure("run") == []


def test_interrupted_reinstall_leaves_no_stamp_of_the_old_one(sandbox: Sandbox) -> None:
    sandbox.ensure("test")
    sandbox.lock.write_text("changed")
    dev_environment.LOCKS["test"].write_text("changed")
    sandbox.fail = True
    with pytest.raises(dev_environment.SetupError):
        sandbox.ensure("run")
    assert not list(sandbox.venv.glob("installed-*"))


def test_lost_interpreter_is_replaced(sandbox: Sandbox) -> None:
    sandbox.ensure("run")
    dev_environment.PYTHON.unlink()
    assert sandbox.ensure("run") == ["create", "run.lock"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"fingerprint"', "\x00"])
def test_damaged_stamp_counts_as_none(sandbox: Sandbox, content: str) -> None:
    sandbox.ensure("run")
    (sandbox.venv / "installed-run.json").write_text(content)
    assert sandbox.ensure("run") == ["run.lock"]


def test_missing_node_is_a_reason_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev_environment, "JAVASCRIPT", SCRIPTS / "absent")
    assert "missing from this copy" in dev_environment.ensure_javascript().missing
    monkeypatch.setattr(dev_environment, "JAVASCRIPT", SCRIPTS.parent / "tests/integration/js")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    if (dev_environment.JAVASCRIPT / "package-lock.json").exists():
        assert "not found" in dev_environment.ensure_javascript().missing


def test_scripts_for_users_import_the_standard_library_only() -> None:
    allowed = {*sys.stdlib_module_names, "dev_environment"}
    for name in ("dev_run.py", "dev_environment.py"):
        for node in ast.walk(ast.parse((SCRIPTS / name).read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed


def test_older_python_gets_a_clear_message() -> None:
    program = "import sys; sys.version_info = (3, 9, 1); import runpy; runpy.run_path(sys.argv[1])"
    command = [sys.executable, "-c", program, str(SCRIPTS / "dev_run.py")]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "needs Python 3.11 or newer" in answer.stderr
    assert "3.9.1" in answer.stderr
