"""The executable `risk-manager`."""
