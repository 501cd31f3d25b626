"""`python -m risk_manager` is the executable `risk-manager`."""

import sys

from risk_manager.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
