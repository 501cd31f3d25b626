"""Write docs/scenarios.md: each scenario with the tests that prove it.

    python scripts/generate_scenario_map.py

Runs in the project's environment. The lines come from tests/scenarios.yaml, the tests from the
test tree: a test names its scenarios as `test_s01_...` or `test_s38_s39_...`. A test compares the
page with what this would write.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "scenarios.md"
TESTS = ROOT / "tests"
NUMBERS = re.compile(r"test_((?:s\d+_)+)")
HEAD = """\
<!-- Written by scripts/generate_scenario_map.py from tests/scenarios.yaml and the tests -->

# Scenarios and their tests

Each line is something the product must do, and the tests that show it. Tests of the whole daemon
are in `tests/integration`: a simulated gateway, real sockets, `risk-manager run` as a process.
Those that need days or exact seconds run the whole engine against the same simulated exchange in
virtual time. Names in *italics* are tests of one part alone: a rule, a table, a tracker.
"""


class ScenarioTest(NamedTuple):
    """One test function; `path` is relative to the project, `whole` is explained at `is_whole`."""

    path: str
    name: str
    whole: bool


class Scenarios(NamedTuple):
    """tests/scenarios.yaml: lines by heading, and what scenarios wait for, wholly or in part."""

    groups: Mapping[str, Mapping[str, str]]
    waiting: Mapping[str, str]
    partly: Mapping[str, str]

    @property
    def numbers(self) -> list[str]:
        """Every number, in the order of the file."""
        return [number for lines in self.groups.values() for number in lines]


def scenarios() -> Scenarios:
    """Return what tests/scenarios.yaml says."""
    content = YAML(typ="safe").load((TESTS / "scenarios.yaml").read_text(encoding="utf-8"))
    return Scenarios(content["scenarios"], content["waiting"], content["partly"])


def is_whole(path: Path, tree: ast.Module) -> bool:
    """Return whether a file's tests run the whole daemon, or the whole engine in virtual time."""
    if path.is_relative_to(TESTS / "integration"):
        return True
    imports = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return "risk_manager.simulation.world" in imports


def tests_by_number() -> dict[str, list[ScenarioTest]]:
    """Return the tests of each scenario that any test names; those of the whole come first."""
    found = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        whole = is_whole(path, tree)
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        for name in names:
            match = NUMBERS.match(name)
            for digits in re.findall(r"\d+", match[1]) if match else ():
                test = ScenarioTest(path.relative_to(ROOT).as_posix(), name, whole)
                found[f"S{digits}"].append(test)
    return {
        number: sorted(tests, key=lambda test: not test.whole) for number, tests in found.items()
    }


def shown(test: ScenarioTest) -> str:
    """Return a test's name as a link to its file."""
    link = f"[{test.name}](../{test.path})"
    return link if test.whole else f"*{link}*"


def page() -> str:
    """Return the content of the page."""
    known, tests = scenarios(), tests_by_number()
    lines = [HEAD]
    for heading, group in known.groups.items():
        lines += [f"## {heading}", "", "| Number | What it shows | Tests |", "|---|---|---|"]
        for number, line in group.items():
            cells = [shown(test) for test in tests.get(number, ())]
            if number in known.waiting:
                cells.append(f"waits for: {known.waiting[number]}")
            if number in known.partly:
                cells.append(f"not yet: {known.partly[number]}")
            lines.append(f"| {number} | {line} | {'<br>'.join(cells)} |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
