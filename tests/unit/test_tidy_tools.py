"""The linter, the type checker (for two systems) and the import contracts are tests, too."""

import subprocess
import sys

import pytest

from tests.unit.tidy import ROOT

#: Each mypy run has its own cache: the two systems would overwrite each other's.
TOOLS = {
    "ruff": ["-m", "ruff", "check", "--no-fix"],
    "format": ["-m", "ruff", "format", "--check"],
    "mypy": ["-m", "mypy", "--cache-dir", ".mypy_cache/here"],
    "mypy-windows": ["-m", "mypy", "--cache-dir", ".mypy_cache/win32", "--platform", "win32"],
    "import-contracts": ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
}


@pytest.mark.timeout(400)  # the type checker starts without a cache on a fresh clone
@pytest.mark.parametrize("tool", TOOLS)
def test_tool_has_no_complaint(tool: str) -> None:
    command = [sys.executable, *TOOLS[tool]]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
