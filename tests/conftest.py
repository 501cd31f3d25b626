"""What every test shares: the JavaScript client, if there is one, and the line that says so.

`scripts/dev_run.py test` installs the official client and names its folder in RISK_MANAGER_JS, or
says in RISK_MANAGER_JS_MISSING why there is none. With RISK_MANAGER_REQUIRE_JS set (continuous
integration) a run in which a test with the mark `js` was skipped, or none passed, has failed.
"""

import os
from pathlib import Path

import hypothesis
import pytest

# A loaded machine must not fail a property: how long an example takes is no property of ours.
hypothesis.settings.register_profile("steady", deadline=None)
hypothesis.settings.load_profile("steady")
# Under mutation testing the same mutant must meet the same examples in every run.
hypothesis.settings.register_profile(
    "mutation", deadline=None, derandomize=True, database=None, max_examples=40
)

COUNTED = ("passed", "failed", "error", "skipped")


def why_no_javascript() -> str:
    """Return why tests with the mark `js` cannot run, or an empty text."""
    folder = os.environ.get("RISK_MANAGER_JS")
    if folder and (Path(folder) / "node_modules").is_dir():
        return ""
    unset = "not set up; start the tests with: python scripts/dev_run.py test"
    return os.environ.get("RISK_MANAGER_JS_MISSING") or unset


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that need the JavaScript client when there is none."""
    reason = why_no_javascript()
    for item in items:
        if reason and item.get_closest_marker("js"):
            item.add_marker(pytest.mark.skip(reason=f"JavaScript client: {reason}"))


def javascript_counts(reporter: pytest.TerminalReporter) -> dict[str, int]:
    """Count the outcomes of the tests with the mark `js`."""
    return {
        outcome: sum(
            "js" in getattr(report, "keywords", ()) for report in reporter.stats.get(outcome, [])
        )
        for outcome in COUNTED
    }


def javascript_line(counts: dict[str, int], reason: str) -> str:
    """Return the closing line about the JavaScript client, e.g. "3 skipped (no Node.js)"."""
    known = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    because = f" ({reason})" if reason else ""
    return f"Tests with the official JavaScript client: {known}{because}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session):
    """Say below pytest's own summary how many JavaScript tests were skipped, and why."""
    result = yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return result
    counts = javascript_counts(reporter)
    if any(counts.values()):
        reporter.write_line(javascript_line(counts, why_no_javascript()))
    required = bool(os.environ.get("RISK_MANAGER_REQUIRE_JS"))
    if required and (counts["skipped"] or not counts["passed"]):
        reporter.write_line("They are required here (RISK_MANAGER_REQUIRE_JS).", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return result
