"""Runs the daemon as a service of the system: install, control, state."""
