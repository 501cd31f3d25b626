"""The forms in which payloads go out: observed by default, the documented ones by a switch.

Which form is which follows the gateway reference, sections 3.3 and 10 (recorded Mar to Aug 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Forms:
    """Switches of the wire; the defaults are what was seen live.

    user_events: `{action, data}` around the payload, the bare payload, or an array of envelopes
        as the one argument.
    market_payloads: market trades and depth as an array, or one message per row.
    depth_nulls: a null entry in each array of depth.
    full_quotes: every quote whole; else whole on subscribing and partial afterwards.
    stream_nulls: members without a value are null in stream bodies; else left out.
    stream_time: seven fraction digits and `+00:00`, or whole seconds and `Z`.
    newer_members: `contractDisplayName`, `commissions` and REST's `simulated`, which the
        documented samples lack.
    frames: each record its own WebSocket message, all waiting records in one, or each record
        cut in two messages.
    silent_subscribe: a subscribe call gets no completion.
    """

    user_events: Literal["envelope", "bare", "list"] = "envelope"
    market_payloads: Literal["array", "object"] = "array"
    depth_nulls: bool = False
    full_quotes: bool = False
    stream_nulls: bool = False
    stream_time: Literal["long", "short"] = "long"
    newer_members: bool = True
    frames: Literal["one", "merged", "split"] = "one"
    silent_subscribe: bool = False


OBSERVED = Forms()
DOCUMENTED = Forms(
    user_events="bare",
    market_payloads="object",
    full_quotes=True,
    stream_nulls=True,
    stream_time="short",
    newer_members=False,
)
LISTED = Forms(user_events="list", depth_nulls=True)

FORMS: dict[str, Forms] = {"observed": OBSERVED, "documented": DOCUMENTED, "list": LISTED}
