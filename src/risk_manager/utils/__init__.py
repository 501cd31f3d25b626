"""Clocks, calendars, logs: small services without knowledge of rules."""
