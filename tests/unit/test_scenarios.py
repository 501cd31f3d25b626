"""Every scenario has a test that carries its number, and docs/scenarios.md shows which."""

import generate_scenario_map as scenario_map

KNOWN = scenario_map.scenarios()
TESTS = scenario_map.tests_by_number()
LAST = 212


def test_every_number_has_its_line() -> None:
    assert KNOWN.numbers == [f"S{number:02}" for number in range(1, LAST + 1)]


def test_tests_name_scenarios_that_exist() -> None:
    assert sorted(TESTS.keys() - set(KNOWN.numbers)) == []


def test_every_scenario_is_tested_or_waits_for_something_named() -> None:
    missing = [number for number in KNOWN.numbers if number not in TESTS]
    assert missing == list(KNOWN.waiting)
    assert all(KNOWN.waiting.values())


def test_a_scenario_that_waits_in_part_is_tested_otherwise() -> None:
    assert [number for number in KNOWN.partly if number not in TESTS] == []
    assert all(KNOWN.partly.values())


def test_every_scenario_is_shown_by_the_whole_daemon_or_engine() -> None:
    alone = [number for number, tests in TESTS.items() if not any(test.whole for test in tests)]
    assert sorted(alone) == []


def test_page_is_what_the_tests_say() -> None:
    found = scenario_map.PAGE.read_text(encoding="utf-8")
    assert found == scenario_map.page(), "run scripts/generate_scenario_map.py"
