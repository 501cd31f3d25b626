"""A simulated gateway that speaks the real wire protocol."""
