"""What applying an event to the state brings about, besides the state itself (pure data)."""

from __future__ import annotations

from dataclasses import dataclass, field

from risk_manager.domain.ids import ContractId
from risk_manager.domain.positions import Trade
from risk_manager.state.writes import Write


@dataclass(slots=True)
class Effects:
    """Collected by `state_manager.py`.

    `look` asks for a look because the event contradicts what we know, `second_read` for one a
    second later because a read lacks a position that nothing has closed; `changed` says whether
    anything differs from before; `fills_before` is the exposure by fills just before a look
    re-anchored it; `missing_trades` are stored fills the broker no longer lists; `raised` are
    contracts of which a lock now lets more stay.
    """

    writes: list[Write] = field(default_factory=list)
    look: bool = False
    second_read: bool = False
    changed: bool = False
    new_trades: list[Trade] = field(default_factory=list)
    missing_trades: list[Trade] = field(default_factory=list)
    fills_before: dict[ContractId, int] = field(default_factory=dict)
    raised: set[ContractId] = field(default_factory=set)
