"""The daemon: inbox, loop, engine, router, reconcile, health."""
