"""The trader's tool: it looks, it never changes."""
