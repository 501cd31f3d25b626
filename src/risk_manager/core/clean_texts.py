"""Texts that come from outside are cleaned of secrets before anybody keeps them (pure).

Journal, database and status keep what the gateway says, for example a message that was not
understood, or why a call was refused. A gateway that repeats a token, a key or a mail address in
such a text must not bring it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from risk_manager.domain.events import (
    ActionAnswered,
    ContractFetched,
    Event,
    HubLost,
    LastBarFetched,
    ProtocolError,
    SnapshotTaken,
    TokenChanged,
)

_TEXTS: Final[Mapping[type[Any], tuple[str, ...]]] = {
    ActionAnswered: ("message",),
    ContractFetched: ("problem",),
    HubLost: ("cause",),
    LastBarFetched: ("problem",),
    ProtocolError: ("problem", "raw"),
    SnapshotTaken: ("failure",),
    TokenChanged: ("problem",),
}


class TextCleaner:
    """Returns an event as it may be kept; `mask` takes secrets out of a text."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self._mask = mask

    def __call__(self, event: Event) -> Event:
        """Return the event itself when it holds no free text."""
        names = _TEXTS.get(type(event))
        if names is None:
            return event
        whole: Any = event  # the fields differ from type to type
        texts = {name: getattr(whole, name) for name in names}
        clean = {name: self._mask(text) for name, text in texts.items() if text}
        kept: Event = replace(whole, **clean) if clean else event
        return kept
