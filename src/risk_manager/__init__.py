"""Risk Manager: enforces a trader's own risk rules on TopstepX accounts.

The daemon hears the ProjectX Gateway, asks the rules, and closes, cancels and locks.
"""

__version__ = "0.1.0"
