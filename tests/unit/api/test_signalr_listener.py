"""The two listeners: what they ask for, and that no message can stop them."""

import msgspec
import pytest

from risk_manager.api import market_hub, signalr_listener
from risk_manager.api.hub_listener import (
    Call,
    HubListener,
    KickedError,
    SubscribeRefusedError,
    undo,
)
from risk_manager.api.hub_subscriptions import HubSubscriptions
from risk_manager.api.market_hub import MarketHubListener
from risk_manager.api.signalr_listener import UserHubListener
from risk_manager.api.signalr_messages import Completion, Invocation
from risk_manager.domain.events import Event, ProtocolError, SessionKicked
from risk_manager.domain.ids import AccountId, ContractId

A, B = ContractId("CON.F.US.A.Z26"), ContractId("CON.F.US.B.Z26")


def ignore(_: Event) -> None:
    """Deliver to nobody."""


def listeners(events: list[Event]) -> list[HubListener]:
    return [UserHubListener([AccountId(7)], events.append), MarketHubListener(events.append)]


@pytest.mark.parametrize("target", ["GatewayLogout", "gatewaylogout", "GATEWAYLOGOUT"])
@pytest.mark.parametrize("arguments", [(), (b"null",), (b'{"a":1}', b"[]")])
def test_logout_in_any_form_is_a_kick(target: str, arguments: tuple[bytes, ...]) -> None:
    events: list[Event] = []
    message = Invocation(target, tuple(map(msgspec.Raw, arguments)))
    for listener in listeners(events):
        with pytest.raises(KickedError):
            listener.take(message)
    assert events == [SessionKicked("user"), SessionKicked("market")]


@pytest.mark.parametrize("target", ["GatewayUserTrade", "gatewayquote", "GatewayUserOrder"])
def test_fault_of_the_translator_becomes_an_event(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[Event]:
        raise KeyError("surprise")

    monkeypatch.setattr(signalr_listener, "translate_user", fail)
    monkeypatch.setattr(market_hub, "translate_quote", fail)
    events: list[Event] = []
    listeners(events)[target == "gatewayquote"].take(Invocation(target, (msgspec.Raw(b"[1]"),)))
    entity = target.lower().removeprefix("gatewayuser").removeprefix("gateway")
    assert events == [ProtocolError(entity, "KeyError: 'surprise'", "[1]")]


def test_other_market_streams_are_ignored() -> None:
    events: list[Event] = []
    listeners(events)[1].take(Invocation("GatewayDepth", ()))
    assert events == []


def test_user_hub_cannot_do_without_a_subscription() -> None:
    user = listeners([])[0]
    with pytest.raises(SubscribeRefusedError, match=r"SubscribeOrders\(7\) was refused: no"):
        user.refuse(Call("SubscribeOrders", (7,)), "no")


def test_undo_names_the_opposite_call() -> None:
    assert undo(Call("SubscribeContractQuotes", (A,))) == Call("UnsubscribeContractQuotes", (A,))


def test_same_set_again_is_no_change() -> None:
    market = MarketHubListener(ignore)
    market.watch(frozenset({A}))
    version = market.version
    market.watch(frozenset({A}))
    assert market.version == version


def test_refused_contract_is_asked_for_again_with_the_next_change() -> None:
    events: list[Event] = []
    market = MarketHubListener(events.append)
    market.watch(frozenset({A}))
    subscriptions = HubSubscriptions(market)
    assert len(subscriptions.changes(0.0)) == 1
    subscriptions.answer(Completion("1", "unknown"))
    assert subscriptions.is_settled
    assert [type(event) for event in events] == [ProtocolError]
    market.watch(frozenset({A, B}))
    assert [msgspec.json.decode(r[:-1])["arguments"] for r in subscriptions.changes(1.0)] == [
        [A],
        [B],
    ]


def test_nothing_to_subscribe_is_settled_once_it_was_looked_at() -> None:
    subscriptions = HubSubscriptions(MarketHubListener(ignore))
    before = subscriptions.is_settled
    assert subscriptions.changes(0.0) == []
    assert (before, subscriptions.is_settled) == (False, True)


def test_unanswered_call_is_not_settled_and_the_oldest() -> None:
    market = MarketHubListener(ignore)
    market.watch(frozenset({A, B}))
    subscriptions = HubSubscriptions(market)
    subscriptions.changes(5.0)
    subscriptions.answer(Completion("1", None))
    assert not subscriptions.is_settled
    assert subscriptions.oldest() == (Call("SubscribeContractQuotes", (B,)), 5.0)
