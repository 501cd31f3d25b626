"""Tells a person who is not at the screen, through a process of its own."""
