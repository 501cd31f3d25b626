"""Killed and started again: the same locks, the same sum, nothing twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from risk_manager.domain.ids import IntentId, PositionId, RuleId
from risk_manager.domain.records import Intent, IntentKind
from risk_manager.domain.requests import ClosePosition
from risk_manager.simulation.fates import LOST_BEFORE, refused
from risk_manager.simulation.setup import ACCOUNT, CAPS, ES, LOSS, MNQ
from risk_manager.simulation.world import World
from risk_manager.state.writes import EndIntent, PutBoundary, PutIntent
from tests.harness.words import closes, did

RESET = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
CLOSED = "The instrument is not in an active trading status."


def realized(world: World) -> object:
    return world.running.guards[ACCOUNT].account.pnl.realized(net=False)


def locks(world: World) -> list[tuple[str, datetime | None]]:
    return [(lock.key.rule_id, lock.until) for lock in world.locks()]


def test_s21_downtime_over_the_reset_frees_once(tmp_path):
    """Down 16:50 to 17:20; the sum is that of the trades since 17:00."""
    world = World(LOSS, start=RESET - timedelta(minutes=15)).start()
    world.trader.lose(MNQ, 600)
    world.run_to(300)
    assert locks(world) == [("RULE-003", RESET)]
    world.kill()
    world.run_to(1200)
    world.trader.lose(MNQ, 70)
    world.run_to(2100)
    world.restart(tmp_path)
    world.run(5)
    assert (locks(world), realized(world)) == ([], Decimal("-70.00"))
    boundaries = [row.boundary for _, row in world.rows if isinstance(row, PutBoundary)]
    assert boundaries == [RESET - timedelta(days=1), RESET]


def test_s22_lock_of_the_evening_holds_next_morning(tmp_path):
    """Set 18:20, restart 09:00: locked until 17:00."""
    evening = datetime(2026, 11, 17, 23, 20, tzinfo=UTC)
    world = World(LOSS, start=evening).start()
    world.trader.lose(MNQ, 600)
    world.run(10)
    world.kill()
    world.run_to(14.5 * 3600)
    world.restart(tmp_path)
    assert (locks(world), realized(world)) == ([("RULE-003", RESET)], Decimal("-600.00"))


def test_restart_keeps_the_daily_sum(tmp_path):
    """Two restarts, the same -200."""
    world = World(LOSS).start()
    world.trader.lose(MNQ, 200)
    world.run(1200)
    for _ in range(2):
        world.restart(tmp_path)
        assert realized(world) == Decimal("-200.00")
        world.run(300)


def test_sum_of_a_first_start_is_read_at_once():
    """No row at all: the day's trades are in the first read, not in a poll a minute later."""
    world = World(LOSS)
    world.trader.lose(MNQ, 600)
    world.run(60)
    world.start()
    assert locks(world) == [("RULE-003", RESET)]


def test_s24_kill_between_lock_and_close(tmp_path):
    """The restored lock closes what is open as soon as it is read."""
    world = World(LOSS).start()
    world.trader.fill(ES, 1)
    world.run(5)
    world.fates.script(ClosePosition, LOST_BEFORE, LOST_BEFORE)
    world.trader.lose(MNQ, 600)
    world.run(0.02)
    world.kill()
    assert world.net(ES) == 1
    since = world.t
    world.restart(tmp_path)
    assert locks(world) == [("RULE-003", RESET)]
    assert closes(world, since)[0] == "close EP"
    assert (next(s.at for s in world.broker.sent if s.at >= since) - since) < 0.1
    assert world.net(ES) == 0


def test_s25_kill_after_the_close_took_effect(tmp_path):
    """The lock and the sum are there again; nothing is closed a second time."""
    world = World(LOSS).start()
    world.trader.fill(ES, 1, "7600")
    world.run(5)
    world.trader.lose(MNQ, 600)
    world.run(0.03)
    world.kill()
    world.run(20)
    since = world.t
    world.restart(tmp_path)
    world.run(70)
    assert locks(world) == [("RULE-003", RESET)]
    assert realized(world) == Decimal("-600.00")
    assert did(world, since) == []


def test_s186_old_reduce_and_dead_close_intents_are_dropped(tmp_path):
    """The rules decide afresh on what is open now."""
    world = World(CAPS).start()
    world.trader.fill(MNQ, 2)
    world.run(5)
    number = PositionId(world.exchange.positions(ACCOUNT)[0].id)
    old = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
    for serial, kind, target, ids in (
        (901, IntentKind.REDUCE, 1, number),
        (902, IntentKind.CLOSE, 0, PositionId(5)),
    ):
        intent = Intent(
            IntentId(serial),
            ACCOUNT,
            MNQ,
            kind,
            target,
            2,
            frozenset({ids}),
            RuleId("RULE-001"),
            "",
            old,
        )
        world.rows.append((world.t, PutIntent(intent)))
    since = world.t
    world.restart(tmp_path)
    world.run(10)
    ended = [row.intent_id for _, row in world.rows if isinstance(row, EndIntent)]
    assert sorted(ended) == [901, 902]
    assert did(world, since) == []
    assert world.net(MNQ) == 2


def test_close_intent_of_an_open_position_is_resumed(tmp_path):
    """The position it names is still open: closed, although no lock asks for it any more."""
    world = World(CAPS).start()
    world.fates.script(ClosePosition, LOST_BEFORE)
    world.trader.fill("CON.F.US.RTY.Z26", 1)
    world.run(0.1)
    since = world.t
    world.restart(tmp_path)
    world.run(10)
    assert closes(world, since) == ["close RTY"]
    assert world.exchange.positions(ACCOUNT) == []


def test_s185_close_refused_in_the_break_is_kept_past_the_lock():
    """Free at 17:00; closed when the market opens at 18:00; a later position is not."""
    world = World(LOSS, start=RESET - timedelta(seconds=30), market_hours=True).start()
    world.trader.fill(MNQ, 1)
    world.run_to(20)
    world.fates.script(ClosePosition, *[refused(5, CLOSED)] * 2)
    world.time.at(29, lambda: world.trader.lose(ES, 600))
    world.run_to(29.5)
    assert locks(world) == [("RULE-003", RESET)]
    world.run_to(3000)
    assert (locks(world), world.net(MNQ)) == ([], 1)
    assert len(closes(world)) > 50
    world.run_to(3600 + 30 + 60)
    assert world.net(MNQ) == 0
    world.trader.fill(ES, 1)
    world.run(300)
    assert world.net(ES) == 1
