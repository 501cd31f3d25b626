"""Each line of the table of what is tighter, and how parts of a section are divided."""

from datetime import date, time

import pytest

from risk_manager.config.change import changes_between, composed, takeable
from risk_manager.config.change_table import BESIDE, TABLE
from risk_manager.config.config_set import ConfigSet
from risk_manager.utils.holidays import HolidayCalendar
from tests.support.config_sets import MODELS, NOW, change_of, config_set, verdicts
from tests.unit.config_keys.walk import RISK, keys

CAP = {"limit": 5}
LOSS = {"limit": -500}
CAPS = {"limits": {"MNQ": 2, "ES": 1}}
RATE = {"limits": {"per_minute": 3}}
OPEN = {"limit": 1000, "scope": "per_position"}
EVEN = {"mode": "breakeven", "scope": "per_position", "breakeven_arm_profit": 100}
TIERS = [{"loss_amount": -100, "cooldown_duration": 300}]
PAUSE = {"loss_thresholds": tuple(TIERS)}
GRACE = {"grace_period_seconds": 30}
GROSS = {"limit": 5, "count_type": "gross"}


def pause(*tiers):
    rows = [{"loss_amount": loss, "cooldown_duration": seconds} for loss, seconds in tiers]
    return {"loss_thresholds": tuple(rows)}


def pauses(**keys):
    return {**RATE, "cooldown_on_breach": keys}


TIGHTER = [
    ("max_contracts", CAP, {"limit": 4}),
    ("max_contracts", CAP, GROSS),
    ("max_contracts", GROSS | {"micro_equivalence": True}, GROSS),
    ("max_contracts", CAP | {"reduce_to_limit": True}, CAP),
    ("max_contracts", CAP | {"rule_mode": "shadow"}, CAP),
    ("max_contracts", CAP | {"enabled": False}, CAP),
    ("max_contracts", None, CAP),
    ("max_contracts_per_instrument", CAPS, {"limits": {"MNQ": 1, "ES": 1}}),
    ("max_contracts_per_instrument", CAPS, CAPS | {"enforcement": "close_all"}),
    (
        "max_contracts_per_instrument",
        CAPS | {"unknown_symbol_action": "allow_unlimited"},
        {"limits": {"MNQ": 2, "ES": 1, "NQ": 3}, "unknown_symbol_action": "allow_with_limit:5"},
    ),
    ("daily_realized_loss", LOSS, {"limit": 400}),
    ("daily_realized_loss", LOSS, LOSS | {"include_fees": True}),
    ("daily_realized_loss", LOSS, LOSS | {"include_unrealized": True}),
    ("daily_realized_loss", LOSS, LOSS | {"lockout_until": "permanent"}),
    ("daily_realized_profit", {"limit": 900}, {"limit": 800}),
    ("daily_realized_profit", {"limit": 900, "include_fees": True}, {"limit": 900}),
    ("daily_unrealized_loss", LOSS, {"limit": -400}),
    ("max_unrealized_profit", OPEN, OPEN | {"limit": 900}),
    ("max_unrealized_profit", EVEN, EVEN | {"breakeven_arm_profit": 50}),
    ("max_unrealized_profit", EVEN, EVEN | {"breakeven_offset": 10}),
    ("trade_frequency_limit", RATE, {"limits": {"per_minute": 2}}),
    ("trade_frequency_limit", RATE, {"limits": {"per_minute": 3, "per_hour": 9}}),
    ("trade_frequency_limit", RATE, RATE | {"count_by": "order"}),
    ("trade_frequency_limit", RATE, RATE | {"close_positions_on_breach": True}),
    ("trade_frequency_limit", pauses(enabled=False), RATE),
    ("trade_frequency_limit", RATE, pauses(per_minute_breach="2m")),
    ("cooldown_after_loss", PAUSE, pause((-100, 301))),
    ("cooldown_after_loss", PAUSE, pause((-80, 300))),
    ("cooldown_after_loss", PAUSE, pause((-100, 300), (-200, 900))),
    ("cooldown_after_loss", PAUSE, PAUSE | {"close_positions_on_breach": True}),
    ("no_stop_loss_grace", GRACE, {"grace_period_seconds": 20}),
    ("no_stop_loss_grace", GRACE | {"require_full_size": False}, GRACE),
    ("no_stop_loss_grace", GRACE, GRACE | {"regrace_interval_seconds": 601}),
    ("no_stop_loss_grace", GRACE, GRACE | {"replace_gap_seconds": 14}),
    ("auth_loss_guard", {}, {"auto_unlock_on_restore": False}),
    ("auth_loss_guard", {}, {"check_interval_seconds": 60}),
    ("symbol_blocks", {"blocked_symbols": ("RTY",)}, {"blocked_symbols": ("RTY", "ES")}),
    ("symbol_blocks", {"close_existing": False}, {}),
]
APART = [
    ("max_contracts", CAP | {"micro_equivalence": True}, CAP),
    ("max_contracts_per_instrument", CAPS, {"limits": {"MNQ": 1, "ES": 2}}),
    ("daily_unrealized_loss", LOSS, LOSS | {"scope": "per_position"}),
    ("max_unrealized_profit", OPEN, OPEN | {"scope": "total"}),
    ("trade_frequency_limit", RATE, pauses(per_minute_breach="until_reset")),
    ("cooldown_after_loss", PAUSE, pause((-80, 200), (-100, 200))),
    ("cooldown_after_loss", PAUSE, PAUSE | {"aggregate_by_order": False}),
    ("trade_management", {}, {"trailing_stop": {"enabled": True}}),
    ("trade_management", {"enabled": False}, {}),
]


@pytest.mark.parametrize(("section", "old", "new"), TIGHTER)
def test_tighter_one_way_and_looser_the_other(section, old, new):
    assert change_of(section, old, new) == "tighter"
    assert change_of(section, new, old) == "looser"


@pytest.mark.parametrize("before", [{"enabled": False}, {"rule_mode": "shadow"}])
def test_to_begin_to_enforce_is_tighter_whatever_the_numbers(before):
    assert change_of("max_contracts", CAP | before, {"limit": 9}) == "tighter"


@pytest.mark.parametrize(("section", "old", "new"), APART)
def test_incomparable_both_ways(section, old, new):
    assert change_of(section, old, new) == change_of(section, new, old) == "incomparable"


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        ({"mode": "shadow"}, "looser"),
        ({"on_rule_error": "lock"}, "tighter"),
        ({"allow_manual_unlock": True}, "looser"),
        ({"loosen_policy": "immediate"}, "looser"),
        ({"loosen_min_wait_hours": 9}, "tighter"),
        ({"price_basis": "mid"}, "incomparable"),
        ({"max_price_jump_pct": 2}, "incomparable"),
        ({"max_quote_age_seconds": 5}, "neutral"),
        ({"preset": "topstep-50k"}, "neutral"),
    ],
)
def test_global_settings(settings, verdict):
    (name,) = settings
    assert verdicts(config_set({}), config_set({}, **settings)) == {f"global.{name}": verdict}


def test_a_reset_is_never_tighter():
    moved = config_set({}, reset=(time(16), "America/New_York"))
    assert verdicts(config_set({}), moved) == {"daily_reset.reset": "incomparable"}


def test_what_is_off_before_and_after_may_change():
    assert change_of("max_contracts", CAP | {"enabled": False}, None) == "neutral"
    days = HolidayCalendar(frozenset({date(2026, 12, 25)}), {}, date.max)
    assert verdicts(config_set({}), config_set({}, holidays=days)) == {"holidays": "neutral"}


def test_only_the_tighter_part_of_a_section_is_taken():
    old = config_set({"daily_realized_loss": LOSS})
    new = config_set({"daily_realized_loss": {"limit": -800, "include_fees": True}})
    taken, waiting = takeable(old, changes_between(old, new, NOW), MODELS)
    assert [change.name for change in taken] == ["daily_realized_loss.include_fees"]
    assert [change.name for change in waiting] == ["daily_realized_loss.limit"]
    both = composed(old, taken, MODELS).rules["daily_realized_loss"]
    assert both.model_dump()["limit"] == -500
    assert both.model_dump()["include_fees"]
    assert composed(old, [*taken, *waiting], MODELS) == new


def test_a_part_that_would_not_validate_waits_with_the_rest():
    old = config_set({"max_unrealized_profit": EVEN | {"breakeven_offset": 90}})
    new = config_set(
        {"max_unrealized_profit": EVEN | {"breakeven_arm_profit": 80, "breakeven_offset": 70}}
    )
    taken, waiting = takeable(old, changes_between(old, new, NOW), MODELS)
    assert taken == []
    assert len(waiting) == 2


def test_a_removed_section_is_a_disabled_one():
    old = config_set({"max_contracts": CAP})
    (change,) = changes_between(old, config_set({}), NOW)
    assert change.verdict.waits
    assert composed(old, [change], MODELS) == config_set({})


def test_each_key_stands_in_the_table():
    listed = {
        f"{section}.{key}" for section, units in TABLE.items() for u in units for key in u.keys
    }
    missing = []
    for found in keys():
        steps = found.key.split(".")
        above = {".".join(steps[:n]) for n in range(1, len(steps) + 1)}
        if found.file == RISK and not above & listed:
            missing.append(found.key)
        elif found.file not in (RISK, *BESIDE):
            missing.append(str(found))
    assert missing == []


def test_a_set_survives_its_text():
    one = config_set(
        {"daily_realized_loss": {"limit": "-500.10"} | LOSS, "cooldown_after_loss": PAUSE},
        holidays=HolidayCalendar(frozenset({date(2026, 12, 25)}), {}, date(2027, 1, 1)),
    )
    read = ConfigSet.read(one.text, MODELS)
    assert read == one
    assert read.digest == one.digest
