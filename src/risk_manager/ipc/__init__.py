"""The daemon's local endpoint and its client."""
