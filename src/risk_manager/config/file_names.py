"""The names of the files a person writes."""

ACCOUNTS, RISK, HOLIDAYS, LOGGING = (
    "accounts.yaml", "risk_config.yaml", "holidays.yaml", "logging.yaml",
)  # fmt: skip
