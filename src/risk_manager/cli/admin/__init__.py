"""The admin tool: it changes the configuration, with the password."""
