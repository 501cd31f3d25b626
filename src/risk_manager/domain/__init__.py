"""The vocabulary every other package speaks: ids, money, events, decisions, ports. Imports nothing."""
