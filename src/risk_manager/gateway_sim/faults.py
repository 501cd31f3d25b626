"""Faults asked for from outside: which are active, and how often they still strike. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from risk_manager.gateway_sim.fields import BadRequestError, Fields

EVENT_KINDS = frozenset({"drop", "duplicate", "delay", "reorder"})
HUB_KINDS = frozenset({"freeze", "close"})
REST_KINDS = frozenset({"rest_delay", "rest_status", "rest_refuse", "lose_before", "lose_after"})

USER_EVENTS = (
    "GatewayUserAccount",
    "GatewayUserOrder",
    "GatewayUserPosition",
    "GatewayUserTrade",
)
MARKET_EVENTS = ("GatewayQuote", "GatewayTrade", "GatewayDepth")
ANY_PATH = "*"


@dataclass(slots=True)
class Fault:
    """One fault; `target` is lower case.

    `remaining` counts how often it may still strike, None without bound. `until_s` is the real
    monotonic instant (seconds) of its end, None without end.
    """

    id: int
    kind: str
    target: str
    remaining: int | None
    until_s: float | None
    params: Fields

    def alive(self, now_s: float) -> bool:
        """Whether it may strike at `now_s`."""
        return self.remaining != 0 and (self.until_s is None or now_s < self.until_s)


class FaultBox:
    """The faults in force, oldest first."""

    def __init__(self, mono: Callable[[], float]) -> None:
        self._mono = mono
        self._faults: list[Fault] = []
        self._last_id = 0

    def add(
        self, kind: str, target: str, count: int | None, seconds: float | None, params: Fields
    ) -> Fault:
        """Put a fault in force; BadRequestError for an unknown kind, target or bound."""
        check_target(kind, target)
        if (count is not None and count < 1) or (seconds is not None and seconds <= 0):
            raise BadRequestError("count", "count and for_s must be more than 0.")
        until = None if seconds is None else self._mono() + seconds
        self._last_id += 1
        fault = Fault(self._last_id, kind, target.casefold(), count, until, params)
        self._faults.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> int:
        """End one fault, or all; returns how many ended."""
        kept = [] if fault_id is None else [f for f in self._faults if f.id != fault_id]
        ended = len(self._faults) - len(kept)
        self._faults = kept
        return ended

    def active(self, kind: str, *targets: str) -> Fault | None:
        """Return the oldest live fault of this kind at one of the targets, without using it."""
        if not self._faults:
            return None
        now_s = self._mono()
        self._faults = [fault for fault in self._faults if fault.alive(now_s)]
        wanted = {target.casefold() for target in targets}
        for fault in self._faults:
            if fault.kind == kind and fault.target in wanted:
                return fault
        return None

    def strike(self, kind: str, *targets: str) -> Fault | None:
        """Return such a fault and count one strike of it."""
        fault = self.active(kind, *targets)
        if fault is not None and fault.remaining is not None:
            fault.remaining -= 1
        return fault


def check_target(kind: str, target: str) -> None:
    """Raise BadRequestError unless `target` suits `kind`."""
    lower = target.casefold()
    if kind in EVENT_KINDS:
        fits = lower in {name.casefold() for name in (*USER_EVENTS, *MARKET_EVENTS)}
        wanted = "the name of an event"
    elif kind in HUB_KINDS:
        fits, wanted = lower in {"user", "market", "both"}, "user, market or both"
    elif kind in REST_KINDS:
        fits, wanted = lower == ANY_PATH or lower.startswith("/api/"), "a REST path or *"
    else:
        known = ", ".join(sorted(EVENT_KINDS | HUB_KINDS | REST_KINDS))
        raise BadRequestError("kind", f"The kind must be one of {known}.")
    if not fits:
        raise BadRequestError("target", f"The target of {kind} must be {wanted}.")


def seconds_param(params: Fields, name: str, default: float) -> float:
    """Read a real number of seconds, 0 or more, from a fault's params."""
    value = params.opt_decimal(name)
    if value is not None and value < 0:
        raise BadRequestError(name, f"The {name} field must be 0 or more.")
    return default if value is None else float(value)


HubTarget = Literal["user", "market"]


def hubs_of(target: str) -> tuple[HubTarget, ...]:
    """Return the hubs that a target names."""
    both: tuple[HubTarget, ...] = ("user", "market")
    return both if target.casefold() == "both" else tuple(h for h in both if h == target.casefold())
