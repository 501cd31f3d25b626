"""Ready risk_config.yaml files with the figures of a venue's programmes.

The figures were read in the venue's published rules and change there; each file says when they
were read. `max_loss_limit` and `profit_target` are shown only: no rule models them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from risk_manager.config.defaults import schema_line

READ_FROM: Final = "2026-09-23"
READ_TO: Final = "2026-09-26"

#: Symbols with the same cap, in the order of the file.
FULL_SIZE: Final = ("RB", "HO", "CL", "QM", "GC")
MICROS: Final = ("MCL", "MGC")
SMALL_METALS: Final = ("SIL", "MHG")
FORBIDDEN: Final = ("SI", "HG", "PL")


@dataclass(frozen=True, slots=True)
class Preset:
    """One programme: amounts in whole USD, all positive; sizes in contracts.

    `minis` and `micros` are the largest size over all instruments; the others are caps per symbol.
    """

    name: str
    daily_loss_limit: int
    minis: int
    micros: int
    max_loss_limit: int
    profit_target: int
    full_size_cap: int
    micro_cap: int
    small_metal_cap: int

    @property
    def proposed_loss(self) -> int:
        """80 % of the venue's daily loss limit: a guard acts after the fill that reaches it."""
        return self.daily_loss_limit * 80 // 100

    @property
    def caps(self) -> dict[str, int]:
        """Return the contracts allowed per symbol."""
        groups = (
            (FULL_SIZE, self.full_size_cap),
            (MICROS, self.micro_cap),
            (SMALL_METALS, self.small_metal_cap),
        )
        return {symbol: cap for symbols, cap in groups for symbol in symbols}


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset(
                name="topstep-50k",
                daily_loss_limit=1000,
                minis=5,
                micros=50,
                max_loss_limit=2000,
                profit_target=3000,
                full_size_cap=3,
                micro_cap=30,
                small_metal_cap=2,
            ),
            Preset(
                name="topstep-100k",
                daily_loss_limit=2000,
                minis=10,
                micros=100,
                max_loss_limit=3000,
                profit_target=6000,
                full_size_cap=6,
                micro_cap=60,
                small_metal_cap=4,
            ),
            Preset(
                name="topstep-150k",
                daily_loss_limit=3000,
                minis=15,
                micros=150,
                max_loss_limit=4500,
                profit_target=9000,
                full_size_cap=9,
                micro_cap=90,
                small_metal_cap=6,
            ),
        )
    }
)

_TEMPLATE: Final = """\
# Preset {name}. Copy to risk_config.yaml.
# Figures of the venue's published rules, read from {read_from} to {read_to}.
# They change: verify each of them before you rely on it.
#
# Shown only, no rule guards them (verify):
#   maximum loss limit {max_loss_limit} USD
#   profit target      {profit_target} USD

global:
  mode: enforce                    # enforce | shadow (decide and record, send nothing)
  preset: {name}

daily_reset:                       # the venue's trading day
  time: "17:00"
  timezone: "America/Chicago"

max_contracts:                     # RULE-001: contracts over all instruments
  enabled: true
  limit: {minis:<25} # {minis} minis or {micros} micros
  count_type: gross
  close_all: false
  reduce_to_limit: true            # the venue ignores an excess that is corrected within 10 s
  micro_equivalence: true          # ten micros count as one mini

max_contracts_per_instrument:      # RULE-002: contracts per symbol
  enabled: true
  limits:
{caps}
  enforcement: reduce_to_limit
  unknown_symbol_action: allow_unlimited   # max_contracts caps every other symbol

daily_realized_loss:               # RULE-003: the loss that ends the day
  enabled: true
  limit: -{daily_loss_limit:<24} # USD, the venue's figure (optional there)
  # limit: -{proposed_loss:<22} # proposed, 80 % of it: the guard acts after the fill
  lockout_until: daily_reset
  include_fees: true
  include_unrealized: true         # the venue's limit counts open P&L

session_block_outside:             # RULE-009: flat outside trading hours
  enabled: true
  # The venue stops openings at 15:08 and wants positions flat by 15:10 (verify).
  # Some products close earlier.
  global_session: {{enabled: true, start: "17:00", end: "15:08", timezone: "America/Chicago"}}
  per_instrument_sessions: {{enabled: false}}
  days: [mon, tue, wed, thu, fri]
  close_positions_at_session_end: true
  lockout_outside_session: true
  respect_holidays: true

auth_loss_guard:                   # RULE-010: the broker's flag canTrade
  enabled: true

symbol_blocks:                     # RULE-011: symbols the venue does not allow
  enabled: true
  blocked_symbols: [{forbidden}]
  close_existing: true

# Left out: daily_unrealized_loss (RULE-004) and max_unrealized_profit (RULE-005).
# Off until you add the section with your own numbers:
#   trade_frequency_limit   RULE-006
#   cooldown_after_loss     RULE-007
#   no_stop_loss_grace      RULE-008
#   trade_management        RULE-012
#   daily_realized_profit   RULE-013
"""


def preset_text(preset: Preset) -> str:
    """Return the commented risk_config.yaml of a preset."""
    text = _TEMPLATE.format(
        name=preset.name,
        read_from=READ_FROM,
        read_to=READ_TO,
        max_loss_limit=preset.max_loss_limit,
        profit_target=preset.profit_target,
        minis=preset.minis,
        micros=preset.micros,
        caps="\n".join(f"    {symbol}: {cap}" for symbol, cap in preset.caps.items()),
        daily_loss_limit=preset.daily_loss_limit,
        proposed_loss=preset.proposed_loss,
        forbidden=", ".join(FORBIDDEN),
    )
    return schema_line("risk_config") + text


def preset_files() -> dict[str, str]:
    """Return the text of every preset by its path from the project folder."""
    return {
        f"config/risk_config.{name}.example.yaml": preset_text(preset)
        for name, preset in PRESETS.items()
    }
