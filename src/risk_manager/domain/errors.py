"""Errors that more than one layer raises or catches."""

from __future__ import annotations


class RiskManagerError(Exception):
    """Base of every error this product raises on purpose."""


class UnknownUsedError(RiskManagerError, TypeError):
    """Somebody asked whether an UNKNOWN value is true; unknown is neither."""


class UnknownVerbError(RiskManagerError, TypeError):
    """A decision is none of those that enforcement carries out: it would silently do nothing."""


class StartError(RiskManagerError):
    """The daemon cannot start; the text says why and what to do (exit code 1)."""


class AlreadyRunningError(StartError):
    """Another daemon guards these accounts or uses this data folder (exit code 9)."""
