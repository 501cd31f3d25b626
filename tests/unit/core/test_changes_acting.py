"""A change that would act now: the preview, the word, the held file; and the manual unlock."""

from datetime import timedelta

import pytest

from risk_manager.domain.command_events import Effect
from risk_manager.simulation.setup import ACCOUNT, CAP, LOSS, MNQ, Sections
from risk_manager.simulation.world import World
from risk_manager.state.writes import EndLock
from tests.support.commands import alarms, change, found_in_file, limits, sleep_to, unlock

TIGHT = {"max_contracts": {"limit": 3}}
OPEN = {"allow_manual_unlock": True}


def test_s205_the_effect_is_listed_and_the_word_lets_it_act():
    world = World(CAP).start()
    world.trader.fill(MNQ, 4)
    world.run(5)
    answer = change(world, TIGHT)
    assert (answer.effect, answer.would) == (Effect.NONE, ("closes MNQ 4",))
    world.run(5)
    assert (world.net(MNQ), limits(world)) == (4, {"RULE-001": "5 net"})
    assert change(world, TIGHT, word="APPLY").effect is Effect.ACTIVE
    world.run(5)
    assert world.net(MNQ) == 0


def test_a_lock_is_named_with_its_end():
    world = World(LOSS).start()
    world.trader.lose(MNQ, 350)
    world.run(5)
    answer = change(world, {"daily_realized_loss": {"limit": -300}})
    assert answer.would == (f"locks account {ACCOUNT} until 5:00 PM ET",)
    assert world.locks() == []


def test_a_shorter_grace_counts_the_time_that_has_passed():
    world = World({"no_stop_loss_grace": {"grace_period_seconds": 300}}).start()
    world.trader.fill(MNQ, 1)
    world.run(30)
    shorter = {"no_stop_loss_grace": {"grace_period_seconds": 20}}
    assert change(world, shorter).would == ("closes MNQ 1",)
    change(world, shorter, word="APPLY")
    world.run(3)
    assert world.net(MNQ) == 0


def test_a_rule_for_prices_that_is_switched_on_hears_the_very_next_quote():
    world = World(CAP).start()
    world.trader.fill(MNQ, 1, 20_000)
    world.run(5)
    change(world, {**CAP, "daily_unrealized_loss": {"limit": -100}})
    for last in (19_995, 19_990, 19_985):
        world.run(0.3)
        world.trader.price(MNQ, last)
    for last in (19_960, 19_940):  # -80.00, then -120.00
        world.run(0.05)
        world.trader.price(MNQ, last)
    world.run(0.1)
    assert [lock.key.rule_id for lock in world.locks()] == ["RULE-004"]


def test_s83_a_tighter_limit_locks_at_once():
    world = World(LOSS).start()
    world.trader.lose(MNQ, 350)
    world.run(5)
    change(world, {"daily_realized_loss": {"limit": -300}}, word="APPLY")
    assert [lock.key.rule_id for lock in world.locks()] == ["RULE-003"]


@pytest.mark.parametrize("put_back", [False, True])
def test_a_changed_file_that_would_act_is_held_for_a_minute(put_back):
    world = World(CAP).start()
    world.trader.fill(MNQ, 4)
    world.run(5)
    assert found_in_file(world, TIGHT).effect is Effect.HELD
    assert any(text.startswith("HELD - changed file closes MNQ 4 in 60s") for text in alarms(world))
    world.run(59)
    assert world.net(MNQ) == 4
    if put_back:
        found_in_file(world, CAP)
    world.run(5)
    assert world.net(MNQ) == (4 if put_back else 0)
    assert limits(world) == {"RULE-001": "5 net" if put_back else "3 net"}


def test_a_file_is_tried_on_what_the_start_has_read(tmp_path):
    world = World(CAP).start()
    world.trader.fill(MNQ, 4)
    world.run(5)
    world.kill()
    world.engine = None
    world.restart(tmp_path)
    assert found_in_file(world, TIGHT).effect is Effect.HELD


def test_s152_shadow_to_enforce_tests_the_level_at_once(tmp_path):
    shadow = {"daily_realized_loss": {"limit": -500, "rule_mode": "shadow"}}
    world = World(shadow).start()
    world.trader.lose(MNQ, 600)
    world.run(5)
    assert world.locks() == []
    assert change(world, LOSS).would != ()
    change(world, LOSS, word="APPLY")
    (lock,) = world.locks()
    assert lock.until is not None
    back = change(world, shadow)
    assert back.effect is Effect.PENDING
    assert back.matures[ACCOUNT] > lock.until
    for reset, shadow_again in ((lock.until, False), (back.matures[ACCOUNT], True)):
        sleep_to(world, reset + timedelta(seconds=2), tmp_path)
        assert world.running.guards[ACCOUNT].judge.rules[0].is_shadow is shadow_again


def test_s206_s207_what_looks_harmless_and_is_looser():
    """One unlisted contract was allowed, ten are more; ES opens on Friday evening."""
    one = {"limits": {"ES": 1}, "unknown_symbol_action": "allow_with_limit:1"}
    listed = {"max_contracts_per_instrument": one | {"limits": {"ES": 1, "MNQ": 10}}}
    world = World({"max_contracts_per_instrument": one}).start()
    assert change(world, listed).effect is Effect.PENDING

    def night(end):
        hours = {"start": "18:00", "end": end, "timezone": "America/New_York"}
        own = {"enabled": True, "sessions": {"ES": hours}}
        return {"session_block_outside": {"per_instrument_sessions": own}}

    world = World(night("17:00")).start()
    assert change(world, night("23:30")).effect is Effect.PENDING


def test_s121_unlock_only_with_the_key_and_never_over_the_broker():
    auth: Sections = {**LOSS, "auth_loss_guard": {}}
    world = World(auth).start()
    world.trader.lose(MNQ, 550)
    world.exchange.set_account(ACCOUNT, can_trade=False)
    world.run(5)
    assert sorted(lock.key.rule_id for lock in world.locks()) == ["RULE-003", "RULE-010"]
    assert "allow_manual_unlock" in (unlock(world, "RULE-003").refused or "")
    world = World(auth, settings=OPEN).start()
    world.trader.lose(MNQ, 550)
    world.exchange.set_account(ACCOUNT, can_trade=False)
    world.run(5)
    assert unlock(world, "RULE-003").effect is Effect.ACTIVE
    assert unlock(world, "RULE-010").refused is not None
    world.run(5)
    assert [lock.key.rule_id for lock in world.locks()] == ["RULE-010"]
    assert any(isinstance(row, EndLock) and "manual unlock" in row.cause for _, row in world.rows)


def test_s143_after_an_unlock_only_a_worse_value_locks_again(tmp_path):
    world = World(LOSS, settings=OPEN).start()
    world.trader.lose(MNQ, 550)
    world.run(5)
    unlock(world, "RULE-003")
    world.run(5)
    assert world.locks() == []
    world.restart(tmp_path)
    assert world.locks() == []
    world.trader.lose(MNQ, 10)
    world.run(5)
    assert [lock.key.rule_id for lock in world.locks()] == ["RULE-003"]


def test_s204_an_unlocked_loss_closes_no_position_in_profit():
    rules: Sections = {
        "daily_realized_loss": {"limit": -500, "include_unrealized": True},
        "daily_unrealized_loss": {"limit": -300, "scope": "per_position"},
    }
    world = World(rules, settings=OPEN).start()
    world.trader.lose(MNQ, 550)
    world.run(5)
    unlock(world, "RULE-003")
    quote = world.exchange.quote(MNQ)
    assert quote is not None
    assert quote.last is not None
    world.trader.fill(MNQ, 1, quote.last)
    world.trader.price(MNQ, quote.last + 20)
    world.run(30)
    assert (world.net(MNQ), world.locks()) == (1, [])


@pytest.mark.parametrize("rule", ["RULE-009", "RULE-011"])
def test_locks_of_a_session_or_a_block_are_not_unlocked(rule):
    blocks = {"symbol_blocks": {"blocked_symbols": ("RTY",)}}
    world = World(blocks, settings=OPEN).start()
    assert unlock(world, rule, "RTY").refused is not None
    assert [lock.key.scope for lock in world.locks()] == ["RTY"]
