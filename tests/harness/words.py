"""What was done, in short words, so that a test can name it exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk_manager.domain.ids import ContractId, PositionId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Position
from risk_manager.domain.records import Level
from risk_manager.simulation.setup import ACCOUNT, START
from risk_manager.simulation.words import word

if TYPE_CHECKING:
    from risk_manager.simulation.world import World


def did(world: World, since: float = 0.0) -> list[str]:
    """The changing requests that left at or after `since`, in order."""
    return [word(sent.request) for sent in world.broker.sent if sent.at >= since]


def did_at(world: World, since: float = 0.0) -> list[tuple[float, str]]:
    """The same with the seconds after `since`, to the millisecond."""
    sent = [one for one in world.broker.sent if one.at >= since]
    return [(round(one.at - since, 3), word(one.request)) for one in sent]


def closes(world: World, since: float = 0.0) -> list[str]:
    """Only the closes and reduces."""
    return [one for one in did(world, since) if one.startswith(("close", "reduce"))]


def answered(world: World) -> int | None:
    """The venue's code for the newest changing request."""
    answer = world.broker.sent[-1].answer
    return None if answer is None else answer.code


def alarms(world: World, since: float = 0.0) -> list[str]:
    """The subjects of the alarms raised, each once, in order."""
    found = [n.subject for t, n in world.notices if n.level is Level.ALARM and t >= since]
    return list(dict.fromkeys(found))


def working(world: World, contract_id: str | None = None) -> list[int]:
    """The ids of the orders alive at the venue, suspended ones too."""
    every = world.exchange.orders(ACCOUNT)
    alive = [order for order in every if not order.status.terminal]
    return [o.id for o in alive if contract_id in (None, o.contract_id)]


def cooldown(ceilings: dict[ContractId, int], *, seconds: float = 3600.0) -> Lockout:
    """A lock that keeps some exposure, set before the world began."""
    until = START.fromtimestamp(START.timestamp() + seconds, START.tzinfo)
    key = LockKey(ACCOUNT, "account", RuleId("RULE-006"))
    return Lockout(key, LockKind.COOLDOWN, "too many trades", START, until, ceilings=ceilings)


def report(
    world: World, contract_id: ContractId, size: int, number: int, **members: object
) -> Position:
    """A position report as the hub would bring it; `size` is signed, `number` the id."""
    rows = {"average_price": world.exchange.quote(contract_id).last, "opened_at": world.time.now}  # type: ignore[union-attr]  # the tests' contracts have quotes
    return Position(
        id=PositionId(number),
        account_id=ACCOUNT,
        contract_id=contract_id,
        side=Side.SELL if size < 0 else Side.BUY,
        size=abs(size),
        **{**rows, **members},  # type: ignore[arg-type]  # the members are those of Position
    )
