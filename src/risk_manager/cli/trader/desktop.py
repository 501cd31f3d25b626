"""Desktop notifications with a sound, as far as this desktop has them."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

_APP: Final = "Risk Manager"
_TIMEOUT_S: Final = 3.0
_TRIES: Final = 3


class Desktop:
    """Shows notifications; after three failures in a row it does not try again."""

    def __init__(self, *, enabled: bool = True) -> None:
        self._left = _TRIES if enabled and has_desktop(sys.platform, os.environ) else 0
        self._notifier: DesktopNotifier | None = None

    async def show(self, title: str, text: str) -> bool:
        """Show one notification with the desktop's sound; returns whether it was taken."""
        if self._left == 0:
            return False
        try:
            await asyncio.wait_for(self._send(title, text), _TIMEOUT_S)
        except Exception as error:  # noqa: BLE001 - any failure of a desktop leaves line and bell
            self._left -= 1
            logging.getLogger(__name__).debug("no notification: %s", error)
            return False
        self._left = _TRIES
        return True

    async def _send(self, title: str, text: str) -> None:
        from desktop_notifier import (  # noqa: PLC0415 - loaded when there is news
            DEFAULT_SOUND,
            DesktopNotifier,
            Urgency,
        )

        if self._notifier is None:
            self._notifier = DesktopNotifier(app_name=_APP)
        await self._notifier.send(
            title=title, message=text, urgency=Urgency.Critical, sound=DEFAULT_SOUND
        )


def has_desktop(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a desktop can be there: on Linux only with a session bus."""
    return not platform.startswith("linux") or bool(environment.get("DBUS_SESSION_BUS_ADDRESS"))
