"""The real daemon with one change: its own request budget is lifted.

The venue allows 200 requests a minute and the daemon keeps to 180, so a thousand breaches one
millisecond apart cannot happen on a real account. They are measured anyway, because a single
breach is too noisy to compare; nothing else on the path is different.
"""

import sys

import risk_manager.api.rate_limit as budget
from risk_manager.cli.main import main

if __name__ == "__main__":
    budget.LIMIT = 10**9  # type: ignore[misc]  # a constant of the product, lifted on purpose
    sys.exit(main())
