"""The YAML files as strict frozen models."""
