"""The vocabulary every other package speaks: ids, money, events, decisions. Imports nothing."""
