"""The checkers can fail: each broken engine is caught by some seed, and by the right guarantee."""

from collections.abc import Callable

import pytest

from risk_manager.enforcement import confirm, contract_desk, gate
from risk_manager.enforcement.confirm import Confirmer
from risk_manager.enforcement.contract_action import ContractAction
from risk_manager.enforcement.contract_desk import ContractDesk
from risk_manager.enforcement.gate import LockGate
from risk_manager.enforcement.trim import Cut
from risk_manager.state.writes import PutMeta
from tests.harness.chaos import Chaos

Breaker = Callable[[pytest.MonkeyPatch], None]


def gate_looks_away(patch: pytest.MonkeyPatch) -> None:
    """A locked account is only skipped."""
    patch.setattr(LockGate, "_hold_exposure", lambda *_args: None)


def gate_is_slow(patch: pytest.MonkeyPatch) -> None:
    """The gate acts on looks only."""
    hold = LockGate.hold

    def on_looks_only(self, step, root_of, *, looked):
        if looked:
            hold(self, step, root_of, looked=looked)

    patch.setattr(LockGate, "hold", on_looks_only)


def own_closes_are_not_looked_for(patch: pytest.MonkeyPatch) -> None:
    """The close is repeated while the first one is still on its way to a fill."""
    patch.setattr(confirm, "may_be_own", lambda *_args: False)
    patch.setattr(ContractAction, "is_closing_order", lambda *_args: False)
    patch.setattr(ContractAction, "pause", lambda _self: 0.0)


def stops_are_cut_away(patch: pytest.MonkeyPatch) -> None:
    """Every stop of a kept position counts as surplus."""
    patch.setattr(
        gate,
        "surplus_cuts",
        lambda position, orders: [
            Cut(order, 0) for order in orders if order.is_stop and order.side != position.side
        ],
    )


def intents_are_not_stored(patch: pytest.MonkeyPatch) -> None:
    """The close leaves before anybody could know of it after a crash."""
    patch.setattr(contract_desk, "PutIntent", lambda intent: PutMeta("intent", str(intent.id)))


def one_look_too_little(patch: pytest.MonkeyPatch) -> None:
    """Success of the call counts as success."""

    def done_on_answer(self, step, answer):
        action = self._by_request.pop(answer.request.request_id, None)
        if action is None:
            return False
        self.actions.pop(action.contract_id, None)
        return True

    patch.setattr(ContractDesk, "on_answer", done_on_answer)


def nothing_is_repeated(patch: pytest.MonkeyPatch) -> None:
    """A lost close stays lost."""
    patch.setattr(Confirmer, "_repeat", lambda *_args: None)


@pytest.mark.parametrize(
    ("breaker", "faults", "kept", "guarantee"),
    [
        (gate_looks_away, False, False, "G1"),
        (gate_is_slow, False, False, "G1: no request"),
        (own_closes_are_not_looked_for, True, False, "G2"),
        (stops_are_cut_away, False, True, "G3"),
        (intents_are_not_stored, False, False, "G6"),
        (one_look_too_little, True, False, "G2"),
        (nothing_is_repeated, True, False, "G1"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_broken_engine_is_noticed(monkeypatch, breaker, faults, kept, guarantee):
    breaker(monkeypatch)
    for seed in range(90):
        problems = Chaos(seed, faults=faults, kept=kept).run().problems
        if any(guarantee in problem for problem in problems):
            return
    pytest.fail(f"nobody noticed: {breaker.__doc__}")
