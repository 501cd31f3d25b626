"""Folders and files of the Windows service: made with their access lists, and checked.

An access list is given when a folder is made, in the same call: in `ProgramData` every user may
create folders, and a moment is enough to put something into one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from risk_manager.domain.errors import RiskManagerError


class WindowsFileError(RiskManagerError):
    """A folder is not what it must be; the text says what to do."""


if sys.platform == "win32":
    import ntsecuritycon
    import pywintypes
    import win32con
    import win32file
    import win32security

    _ADMINISTRATORS, _SYSTEM = "S-1-5-32-544", "S-1-5-18"
    _INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
    _CREATOR = "S-1-3-0"
    _TRUSTED = {_ADMINISTRATORS, _SYSTEM, _INSTALLER, _CREATOR}
    _CHANGES = (
        ntsecuritycon.FILE_WRITE_DATA
        | ntsecuritycon.FILE_APPEND_DATA
        | ntsecuritycon.FILE_DELETE_CHILD
    )
    _TAKES_OVER = win32con.DELETE | win32con.WRITE_DAC | win32con.WRITE_OWNER
    _GENERIC = win32con.GENERIC_ALL | win32con.GENERIC_WRITE

    _EXISTS: Final = 183

    def is_administrator() -> bool:
        """Whether this process has the administrator's rights now (elevated)."""
        sid: Any = win32security.ConvertStringSidToSid(_ADMINISTRATORS)
        own_token: Any = None
        return bool(win32security.CheckTokenMembership(own_token, sid))

    def make_folder(path: Path, sddl: str) -> None:
        """Make a folder with its owner and access list, or give an existing one that list.

        Raises WindowsFileError for a link, or a folder that belongs to another user.
        """
        attributes = win32security.SECURITY_ATTRIBUTES()
        descriptor = _descriptor(sddl)
        attributes.SECURITY_DESCRIPTOR = descriptor
        try:
            win32file.CreateDirectory(str(path), attributes)
        except pywintypes.error as error:
            if error.winerror != _EXISTS:
                raise WindowsFileError(f"{path} cannot be made: {error.strerror}") from error
            _demand_ours(path)
            protect(path, sddl)

    def protect(path: Path, sddl: str) -> None:
        """Give a file or folder an access list that inherits nothing."""
        win32security.SetNamedSecurityInfo(
            str(path),
            win32security.SE_FILE_OBJECT,
            win32security.DACL_SECURITY_INFORMATION
            | win32security.PROTECTED_DACL_SECURITY_INFORMATION,
            None,
            None,
            _descriptor(sddl).GetSecurityDescriptorDacl(),
            None,
        )

    def untrusted(places: Iterable[Path]) -> list[str]:
        """Return what is wrong, one line per file or folder that another user may change.

        Of the folders on the way only taking over or renaming counts: every user may make new
        folders in the root of a drive.
        """
        problems: dict[Path, str] = {}
        for place in places:
            for part in (place, *place.parents):
                wanted = _TAKES_OVER | (_CHANGES if part == place else 0)
                who = _who_may(part, wanted)
                if who and part not in problems:
                    problems[part] = f"{part}: may be changed by {', '.join(who)}"
        return list(problems.values())

    def _who_may(path: Path, rights: int) -> list[str]:
        descriptor = win32security.GetNamedSecurityInfo(
            str(path), win32security.SE_FILE_OBJECT, win32security.DACL_SECURITY_INFORMATION
        )
        entries: Any = descriptor.GetSecurityDescriptorDacl()
        if entries is None:  # no list at all
            return ["everybody"]
        found = []
        for number in range(entries.GetAceCount()):
            (kind, flags), mask, sid = entries.GetAce(number)
            if kind != win32con.ACCESS_ALLOWED_ACE_TYPE or flags & win32con.INHERIT_ONLY_ACE:
                continue
            text = win32security.ConvertSidToStringSid(sid)
            if mask & (rights | _GENERIC) and text not in _TRUSTED:
                found.append(text)
        return found

    def _demand_ours(path: Path) -> None:
        if win32file.GetFileAttributes(str(path)) & win32con.FILE_ATTRIBUTE_REPARSE_POINT:
            raise WindowsFileError(f"{path} is a link: move it away and try again")
        descriptor = win32security.GetNamedSecurityInfo(
            str(path), win32security.SE_FILE_OBJECT, win32security.OWNER_SECURITY_INFORMATION
        )
        owner = win32security.ConvertSidToStringSid(descriptor.GetSecurityDescriptorOwner())
        if owner not in {_ADMINISTRATORS, _SYSTEM}:
            raise WindowsFileError(f"{path} belongs to {owner}: move it away and try again")

    def _descriptor(sddl: str) -> Any:
        return win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
            sddl, win32security.SDDL_REVISION_1
        )
