"""Mutation testing: change the code in small ways and see whether a fast test notices.

    python scripts/mutate.py                                        every module that decides
    python scripts/mutate.py rules.max_contracts 'rules.grace_*'    some of them
    python scripts/mutate.py --report [module ...]                  only what earlier runs found

Linux and macOS (mutmut forks). The modules and the tests stand in `pyproject.toml` under
`[tool.mutmut]`. Results are kept in `mutants/`: a mutant is tested again only when its function
changed. After a change of the tests alone, delete that folder or name the mutants to test again
(`.venv/bin/mutmut run NAME ...`). What survives is shown as a difference and has its place on
docs/mutation.md, or in a new test. Exit code 1 when something survived, was not reached by any
test or was not tested to its end.
"""

import fnmatch
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dev_environment
from dev_run import ODD_ZONE

LOCK = dev_environment.ROOT / "requirements-mutation.lock"
RESULTS = dev_environment.ROOT / "mutants" / "src" / "risk_manager"
PROCESSES = "2"
#: mutmut's exit codes of one mutant: pytest's own, and those for what it ended itself.
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", 5: "untested", 33: "untested",
            24: "timeout", -24: "timeout", 36: "timeout", 152: "timeout", 255: "timeout",
            None: "not run"}  # fmt: skip
COLUMNS = ("killed", "survived", "timeout", "untested", "not run", "other")


def prepare() -> str:
    """Set up the test environment with the mutation tool; return the tool or raise SetupError."""
    python = dev_environment.ensure("test")
    tool = dev_environment.executable("mutmut")
    if not Path(tool).exists():
        print(f"Installing the packages of {LOCK.name} ...", flush=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        dev_environment.run([*pip, "--no-deps", "--require-hashes", "-r", str(LOCK)])
    return tool


def results(modules: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (module, mutant, outcome) of every mutant that was made of these modules."""
    for file in sorted(RESULTS.rglob("*.py.meta")):
        module = ".".join(file.relative_to(RESULTS).parts).removesuffix(".py.meta")
        if any(fnmatch.fnmatch(module, wanted) for wanted in modules):
            found = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
            for mutant, code in found.items():
                yield module, mutant, OUTCOMES.get(code, "other")


def report(tool: str, modules: list[str]) -> int:
    """Print one line per module and the difference of each survivor; return how many are open."""
    counts: dict[str, Counter[str]] = {}
    still_open = []
    for module, mutant, outcome in results(modules):
        counts.setdefault(module, Counter())[outcome] += 1
        if outcome in ("survived", "untested"):
            still_open.append(mutant)
    print(f"{'module':40}{'all':>6}" + "".join(f"{column:>10}" for column in COLUMNS))
    for module, count in counts.items():
        cells = "".join(f"{count[column]:>10}" for column in COLUMNS)
        print(f"{module:40}{count.total():>6}{cells}")
    sys.stdout.flush()
    for mutant in still_open:
        subprocess.run([tool, "show", mutant], cwd=dev_environment.ROOT, check=False)
    unfinished = sum(count["not run"] + count["other"] for count in counts.values())
    return len(still_open) + unfinished


def main(words: list[str]) -> int:
    """Run the mutants of the named modules, or of all, and report them."""
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    only_report = words[:1] == ["--report"]
    modules = words[only_report:] or ["*"]
    try:
        tool = prepare()
    except dev_environment.SetupError as error:
        print(f"Set-up failed: {error}", file=sys.stderr)
        return 2
    if not only_report:
        patterns = [f"risk_manager.{module}.*" for module in modules]
        command = [tool, "run", "--max-children", PROCESSES, *patterns]
        environment = {**os.environ, "TZ": ODD_ZONE}
        done = subprocess.run(command, cwd=dev_environment.ROOT, env=environment, check=False)
        if done.returncode:  # it could not run; what it found is in its results
            return 2
    return int(report(tool, modules) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
