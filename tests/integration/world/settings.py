"""Configuration files for a daemon that guards accounts of a simulated gateway."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from risk_manager.gateway_sim.server import SimServer

KEY_VARIABLE = "RISK_MANAGER_TEST_KEY"
"""The environment variable through which the daemon gets the simulated API key."""

Section = Mapping[str, Any]


def max_contracts(limit: int, **keys: Any) -> Section:
    """RULE-001."""
    return {"enabled": True, "limit": limit, **keys}


def per_instrument(limits: Mapping[str, int], **keys: Any) -> Section:
    """RULE-002."""
    return {"enabled": True, "limits": limits, **keys}


def daily_loss(limit: int = -500, **keys: Any) -> Section:
    """RULE-003."""
    return {"enabled": True, "limit": limit, **keys}


def daily_profit(limit: int = 1000, **keys: Any) -> Section:
    """RULE-013."""
    return {"enabled": True, "limit": limit, **keys}


def frequency(*, per_minute: int | None = 3, **keys: Any) -> Section:
    """RULE-006: 3 per minute, or the limits given as `limits`."""
    return {"enabled": True, "limits": {"per_minute": per_minute}, **keys}


def pause(**keys: Any) -> Section:
    """RULE-007 with the tiers of the example."""
    tiers = [(-100, 300), (-200, 900), (-300, 1800)]
    rows = [{"loss_amount": loss, "cooldown_duration": seconds} for loss, seconds in tiers]
    return {"enabled": True, "loss_thresholds": rows, **keys}


def window(start: str, end: str, zone: str = "America/New_York") -> Section:
    """One session window."""
    return {"start": start, "end": end, "timezone": zone}


def session(
    whole: Section | None = None, instruments: Mapping[str, Section] | None = None, **keys: Any
) -> Section:
    """RULE-009; `whole` is the global window, None switches it off."""
    return {
        "enabled": True,
        "global_session": {"enabled": whole is not None, **(whole or window("09:30", "16:00"))},
        "per_instrument_sessions": {
            "enabled": instruments is not None,
            "sessions": dict(instruments or {"ES": window("18:00", "17:00")}),
        },
        **keys,
    }


def grace(**keys: Any) -> Section:
    """RULE-008."""
    return {"enabled": True, **keys}


def managed(breakeven: Section | None = None, trail: Section | None = None, **keys: Any) -> Section:
    """RULE-012 with one part or both, at the figures of the example."""
    parts = {"auto_breakeven": breakeven, "trailing_stop": trail}
    given = {name: {"enabled": True, **part} for name, part in parts.items() if part is not None}
    return {"enabled": True, **given, **keys}


def write_config(
    folder: Path,
    server: SimServer,
    sections: Mapping[str, Section],
    accounts: Sequence[Mapping[str, Any]],
    holidays: str | None = None,
) -> None:
    """Write accounts.yaml and risk_config.yaml (JSON is YAML), and holidays.yaml if given."""
    folder.mkdir(parents=True, exist_ok=True)
    login = {
        "username": server.username,
        "api_key": f"${{{KEY_VARIABLE}}}",
        "api_url": server.api_url,
        "user_hub": server.user_hub,
        "market_hub": server.market_hub,
    }
    _write(folder / "accounts.yaml", {"topstepx": login, "monitored_accounts": list(accounts)})
    _write(folder / "risk_config.yaml", sections)
    if holidays is not None:
        (folder / "holidays.yaml").write_text(holidays, encoding="utf-8")


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
