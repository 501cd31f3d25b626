"""The repository's own files, for the tests that keep it tidy."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "risk_manager"


def git(*words: str) -> str:
    """Return the output of a git command in the project folder; raise when it fails."""
    command = ["git", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@cache
def published_files() -> tuple[Path, ...]:
    """Return every file that is, or would be, in a clone of the project."""
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return tuple(ROOT / name for name in sorted(set(names)) if name and (ROOT / name).is_file())


def python_files(folder: Path = ROOT) -> tuple[Path, ...]:
    """Return the published Python files below `folder`."""
    return tuple(
        path for path in published_files() if path.suffix == ".py" and path.is_relative_to(folder)
    )


def texts() -> list[tuple[str, str]]:
    """Return (name, content) of every published text file; pictures and the like are left out."""
    found = []
    for path in published_files():
        content = path.read_bytes()
        if b"\0" not in content:
            found.append((name_of(path), content.decode("utf-8")))
    return found


def name_of(path: Path) -> str:
    """Return the path inside the project with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_modules(tree: ast.Module) -> set[str]:
    """Return the dotted names a file imports: "os", "os.path", "risk_manager.utils.clock".

    For `from a import b` both "a" and "a.b" are named, since b may be a module.
    """
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names
