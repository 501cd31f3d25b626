"""Who may do what, as Windows writes it (SDDL), for the service and for its folders.

Letters: SY SYSTEM, BA Administrators, BU Users, IU whoever sits at the machine, SU services. Only
allowing entries: the token of SYSTEM contains Administrators, so a denial for them would also lock
out SYSTEM, the update and the way to uninstall.
"""

from __future__ import annotations

from typing import Final

SERVICE: Final = (
    "D:"
    "(A;;CCLCSWRPLORC;;;BA)"
    "(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)"
    "(A;;CCLCSWLORC;;;IU)"
    "(A;;CCLCSWLORC;;;SU)"
)
"""Administrators may look (CC LC SW LO RC) and start (RP); to stop (WP), pause (DT), send our own
control (CR), reconfigure (DC), delete (SD) or take over (WD WO) takes SYSTEM."""

SERVICE_DEFAULT: Final = (
    "D:"
    "(A;;CCLCSWRPWPDTLOCRRC;;;SY)"
    "(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)"
    "(A;;CCLCSWLOCRRC;;;IU)"
    "(A;;CCLCSWLOCRRC;;;SU)"
)
"""What Windows gives a new service; put back before the service is removed."""

PRIVATE_FOLDER: Final = "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
"""config, data and logs: SYSTEM and Administrators, nobody else, nothing inherited from above."""

READABLE_FOLDER: Final = "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BA)(A;OICI;0x1200a9;;;BU)"
"""run: SYSTEM writes, everybody reads (0x1200a9 is read and execute)."""

ROOT_FOLDER: Final = "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;0x1200a9;;;BU)"
"""The folder around them: Users may pass, and inherit nothing."""

ADMIN_TOKEN: Final = "D:P(A;;FA;;;SY)(A;;FR;;;BA)(A;;FA;;;OW)"  # noqa: S105 - an access list
"""run/admin.token: SYSTEM writes, Administrators read; OW is the owner, in development the user."""

SECRET_FILE: Final = "D:P(A;;FA;;;SY)(A;;FA;;;BA)"  # noqa: S105 - an access list
"""The stored API key."""
