"""The module pages: every function of the specification has a place, and every place exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.tidy import PACKAGE, ROOT, name_of, parse

PAGES = sorted((ROOT / "docs" / "modules").glob("mod-*.md"))
HEADINGS = ["Functions", "Rules of conduct", "Tests"]
PLACE = re.compile(r"`(\w+/\w+\.py)`(?: `([\w.]+)`)?")
TEST = re.compile(r"^- `(tests/[\w/]+\.py)`: \S", re.MULTILINE)
NAMES = {
    "001": "close_all_positions close_position reduce_position_to_limit cancel_entry_orders"
    " cancel_all_orders cancel_order modify_order",
    "002": "set_lockout set_cooldown set_symbol_lockout is_locked_out is_symbol_locked"
    " get_lockout_info ceiling note_fill note_look clear_lockout check_expired_lockouts due"
    " next_due",
    "003": "start_timer get_remaining_time cancel_timer check_timers due next_due",
    "004": "schedule_daily_reset last_boundary next_reset due reset_daily_counters trading_day"
    " is_holiday session_state next_session_start",
    "005": "add_trade_pnl get_daily_realized_pnl position_unrealized calculate_unrealized_pnl"
    " combined_pnl rebuild_day reset_daily_pnl",
    "006": "update_quote price get_last_price get_quote_age is_quote_stale",
    "007": "get_contract get_tick_size get_tick_value root_of",
    "008": "record_trade get_trade_counts void reset_session get_session_start",
    "009": "update_position update_order replace_from_snapshot get_all_positions"
    " get_positions_by_contract get_position_count get_contract_count get_all_orders"
    " get_orders_for_position cover size_after_pending can_trade",
}
"""What the specification names, by module."""


def table(page: Path) -> list[tuple[str, str]]:
    """Return the rows of a page's table of functions: name in the specification, place here."""
    lines = page.read_text(encoding="utf-8").partition("## Functions")[2].splitlines()
    rows = [line.strip("|").split(" | ") for line in lines if line.startswith("| ")]
    return [(there.strip(), here.strip()) for there, here in rows[1:]]


def defined(path: Path) -> set[str]:
    """Return the functions, classes, methods and fields of a file: `merge`, `Price.age_s`."""
    names = set()
    for node in parse(path).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
            names.update(f"{node.name}.{inner}" for inner in members(node))
    return names


def members(node: ast.ClassDef | ast.FunctionDef) -> Iterator[str]:
    """Yield the methods and annotated fields of a class."""
    for part in node.body:
        if isinstance(part, ast.FunctionDef):
            yield part.name
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            yield part.target.id


def missing(here: str) -> list[str]:
    """Return the places of a cell that do not exist, and names without a file before them."""
    places = PLACE.findall(here)
    gone = sorted(set(re.findall(r"`(\w+\.\w+)`", here)) - {name for _, name in places})
    for file, name in places:
        path = PACKAGE / file
        if not path.is_file() or (name and name not in defined(path)):
            gone.append(f"{file} {name}".strip())
    return gone


def test_every_module_has_a_page() -> None:
    assert [page.name[4:7] for page in PAGES] == sorted(NAMES)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_names_every_function_and_where_it_is(page: Path) -> None:
    named = re.findall(r"`(\w+)`", " ".join(there for there, _ in table(page)))
    assert set(NAMES[page.name[4:7]].split()) <= set(named)
    assert [there for there, here in table(page) if not PLACE.search(here)] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_places_and_tests_of_a_page_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert [gone for _, here in table(page) for gone in missing(here)] == []
    tests = TEST.findall(text)
    assert tests
    assert [test for test in tests if not (ROOT / test).is_file()] == []


def test_a_place_that_is_gone_is_found() -> None:
    there = "`state/pnl_tracker.py` `PnlTracker.reset`, `state/quote_tracker.py` `Price.age_s`"
    assert missing(there) == []
    gone = "`state/gone.py`, `state/writes.py` `Gone.by`, `PnlTracker.reset`"
    assert missing(gone) == ["PnlTracker.reset", "state/gone.py", "state/writes.py Gone.by"]
