"""The virtual world: the real pure engine against the simulated exchange, on one virtual clock."""
