"""RULE-012: what its section refuses, and what its reading says."""

import pytest

from tests.support.grace import stop
from tests.support.make import NOW, position
from tests.support.stops import POSITION, Held, breakeven, managed


@pytest.mark.parametrize(
    ("part", "keys", "key"),
    [
        ("auto_breakeven", {"profit_trigger_ticks": 0}, "profit_trigger_ticks"),
        ("auto_breakeven", {"offset_ticks": -1}, "offset_ticks"),
        ("auto_breakeven", {"offset_ticks": 10}, "offset_ticks 10 is not below"),
        ("auto_breakeven", {"offset_ticks": 11}, "offset_ticks 11 is not below"),
        ("auto_breakeven", {"profit_trigger_ticks": 10.5}, "profit_trigger_ticks"),
        ("auto_breakeven", {"enabled": "yes"}, "enabled"),
        ("auto_breakeven", {"trigger": 5}, "trigger"),
        ("trailing_stop", {"activation_ticks": 0}, "activation_ticks"),
        ("trailing_stop", {"trail_distance_ticks": 0}, "trail_distance_ticks"),
        ("trailing_stop", {"update_frequency": 0}, "update_frequency"),
        ("trailing_stop", {"update_frequency": 0.5}, "update_frequency"),
    ],
)
def test_what_cannot_be_meant_is_refused(part, keys, key):
    with pytest.raises(ValueError, match=key):
        managed(**{"breakeven" if part == "auto_breakeven" else "trail": keys})


def test_the_largest_offset_is_one_below_the_trigger():
    assert managed({"offset_ticks": 9}).config.auto_breakeven.offset_ticks == 9


def test_a_level_that_the_price_has_passed_is_not_shown_as_a_stop():
    held = Held(breakeven())
    held.quote("21002.50")
    assert held.stage.status("RULE-012") == ("MNQ 10.0 ticks, stop 21000.00", None)
    for price, ticks in (("21000", "0.0"), ("20999.75", "-1.0")):
        assert held.quote(price) == []
        words = f"MNQ {ticks} ticks, not moved: the price has passed 21000.00"
        assert held.stage.status("RULE-012") == (words, None)
    assert held.quote("21000.25") == ["MNQ stop 21000.00"]
    assert held.stage.status("RULE-012") == ("MNQ 1.0 ticks, stop 21000.00", None)


@pytest.mark.parametrize(("price", "told"), [("21001", 0), ("20990", 1)])
def test_a_shadow_tells_nothing_of_a_stop_that_is_tight_enough(price, told):
    held = Held(managed({}, rule_mode="shadow"))
    row = position("MNQ", 1, number=POSITION, opened=NOW)
    held.stage.restored([row], [stop(-1, price)])
    assert held.quote("21002.50") == []
    assert len(held.stage.step.records) == told
