"""What the executable's exit codes mean; scripts rely on them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    DEGRADED = 3
    """Degraded, shadow, or something is UNKNOWN."""
    LOCKED = 4
    NOT_RUNNING = 5
    """The daemon does not run or its status is stale."""
    NO_RIGHT = 6
    """The password is wrong, or the administrator's right is missing."""
    CONFIG = 7
    REFUSED = 8
    """Refused by policy."""
    ANOTHER_INSTANCE = 9
    INTERRUPTED = 130
