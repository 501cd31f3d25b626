"""RULE-001, RULE-002 and RULE-011: how much may be held, and of what."""

from risk_manager.simulation.setup import ES, MNQ
from tests.unit.config_keys.row import common, section
from tests.unit.config_keys.seen import accepted, acts, fill, wait

CAP, EACH, BLOCKS = "max_contracts", "max_contracts_per_instrument", "symbol_blocks"

THREE = acts(fill(MNQ, 3), wait(5))
HEDGED = acts(fill(MNQ, 2), fill(ES, -2), wait(5))
ONE_ES = acts(fill(ES, 1), wait(5), fill(ES, 2), wait(5))
BLOCKED = acts(fill(ES, 1), wait(5))
OPEN_BEFORE = acts(wait(5), before=(fill(ES, 1),))

ROWS = [
    *common(CAP, THREE, limit=2),
    *section(
        CAP,
        THREE,
        {"limit": (2, 3), "micro_equivalence": (False, True), "reduce_to_limit": (None, True)},
        limit=2,
    ),
    *section(CAP, HEDGED, {"count_type": ("net", "gross")}, limit=2),
    # Exactly one of close_all and reduce_to_limit is true, so the other value is refused.
    *section(CAP, accepted(), {"close_all": (True, False)}, limit=2),
    *common(EACH, THREE, limits={"MNQ": 2}),
    *section(
        EACH,
        THREE,
        {"limits": ({"MNQ": 2}, {"MNQ": 3}), "enforcement": ("reduce_to_limit", "close_all")},
        limits={"MNQ": 2},
    ),
    *section(
        EACH,
        ONE_ES,
        {"unknown_symbol_action": ("block", "allow_with_limit:1", "allow_unlimited")},
        limits={"MNQ": 2},
    ),
    *common(BLOCKS, BLOCKED, blocked_symbols=["ES"]),
    *section(BLOCKS, BLOCKED, {"blocked_symbols": ([], ["ES"])}),
    *section(BLOCKS, OPEN_BEFORE, {"close_existing": (True, False)}, blocked_symbols=["ES"]),
]
