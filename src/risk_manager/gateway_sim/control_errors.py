"""How the control path says no."""

from __future__ import annotations

from typing import Any


class ControlError(Exception):
    """The control path refuses; `members` go into the answer beside the text."""

    def __init__(self, text: str, **members: Any) -> None:
        super().__init__(text)
        self.members = members
