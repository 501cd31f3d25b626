"""Every event a rule may listen to is really produced, from recorded messages and by the daemon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from risk_manager.api.translate import is_user_target, translate_quote, translate_user
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.assembly import Restored
from risk_manager.core.rule_loader import PRODUCED
from risk_manager.domain import events
from risk_manager.domain.errors import StartError
from risk_manager.domain.events import Event, LastBarFetched, Started
from risk_manager.domain.ids import RequestId
from risk_manager.domain.requests import FetchLastBar
from risk_manager.rules import RULES
from risk_manager.rules.max_contracts import MaxContracts
from risk_manager.simulation.setup import MNQ as WORLD_MNQ
from risk_manager.simulation.setup import START, engine_of
from risk_manager.simulation.world import World
from tests.integration.api.raw_http import answer
from tests.integration.api.rest_rig import MNQ, Rig
from tests.unit.api.wire_samples import fixtures

HOUR = timedelta(hours=1)
FROM_THE_WIRE = {
    events.TradeExecuted,
    events.PositionChanged,
    events.OrderChanged,
    events.AccountChanged,
    events.QuoteChanged,
}


def heard() -> set[type[Event]]:
    """The types of event that the recorded hub messages make."""
    found: set[type[Event]] = set()
    for fixture in fixtures("hub-").values():
        if fixture.kind != "hub-event":
            continue
        arguments = msgspec.json.decode(fixture.payload).get("arguments", [])
        raw = [msgspec.Raw(msgspec.json.encode(argument)) for argument in arguments]
        if is_user_target(fixture.target):
            found |= {type(event) for event in translate_user(fixture.target, raw)}
        elif fixture.target == "GatewayQuote":
            found |= {type(event) for event in translate_quote(raw)}
    return found


def answered() -> LastBarFetched:
    """What a worker makes of the recorded answer about bars."""
    name = "rest-history-retrieveBars-response"
    body = bytes(fixtures(name)[name].payload)
    now = datetime(2024, 12, 20, 15, 0, tzinfo=UTC)
    with Rig(lambda _: answer(body)) as rig:
        event = rig.channel.run(FetchLastBar(RequestId(1), MNQ, now - HOUR, now))
    assert isinstance(event, LastBarFetched)
    return event


def judged(monkeypatch: pytest.MonkeyPatch) -> set[type[Event]]:
    """The types of event that the rules of a running engine are asked about in two minutes.

    In them a session ends, a cooldown is over, and a trading day begins.
    """
    found: set[type[Event]] = set()
    evaluate = AccountGuard.evaluate

    def noted(guard: AccountGuard, step: Any, event: Event, *, looked: bool = False) -> None:
        found.add(type(event))
        evaluate(guard, step, event, looked=looked)

    monkeypatch.setattr(AccountGuard, "evaluate", noted)
    hours = {"enabled": True, "start": "09:30", "end": "16:59", "timezone": "America/New_York"}
    rules: dict[str, dict[str, Any]] = {
        "session_block_outside": {"global_session": hours, "lockout_outside_session": False},
        "trade_frequency_limit": {
            "limits": {"per_minute": 1},
            "cooldown_on_breach": {"per_minute_breach": 5},
        },
        "daily_unrealized_loss": {"limit": -10000},
    }
    world = World(rules, start=START.replace(hour=21, minute=58, second=30)).start()
    for _ in range(2):
        world.trader.fill(WORLD_MNQ, 1)
        world.run(1)
    world.run(100)
    return found


def test_every_declared_input_is_produced(monkeypatch):
    """The list the start checks against is true: the wire, the answers and the clock fill it."""
    wire = heard()
    assert wire >= FROM_THE_WIRE
    bar = answered()
    assert bar.close is not None
    produced = wire | {type(bar)} | judged(monkeypatch)
    assert produced >= PRODUCED, f"nothing produces {PRODUCED - produced}"


def test_rules_declare_nothing_else():
    """Whatever a configuration adds to what a rule hears."""
    attributes = [(rule, name) for rule in RULES for name in dir(rule) if "listens_" in name]
    assert {rule for rule, _ in attributes} == set(RULES)
    for rule, name in attributes:
        assert set(getattr(rule, name)) <= PRODUCED, (rule.rule_id, name)


@pytest.mark.parametrize("inputs", [(), (Started,)])
def test_a_start_with_an_input_that_nothing_produces_is_refused(monkeypatch, inputs):
    monkeypatch.setattr(MaxContracts, "listens_to", inputs)
    with pytest.raises(StartError, match=r"RULE-001 listens to (nothing|Started, which nothing)"):
        engine_of({"max_contracts": {"limit": 5}}, {}, Restored())
