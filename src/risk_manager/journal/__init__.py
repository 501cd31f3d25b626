"""The record of every event the engine was given."""
