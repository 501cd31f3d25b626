"""Turns breaches into requests, runs them and watches until their effect is seen."""
