"""The file Windows runs as the service. Standard library only until the product's folder is added.

The interpreter starts with `-I -S`: no environment, no user's packages, no site-packages. So the
code that runs is the code beside this file.
"""

from __future__ import annotations

import site
import sys
from pathlib import Path


def main() -> None:
    """Add the folder the product is installed in and hand over to the service host."""
    site.addsitedir(str(Path(__file__).resolve().parents[2]))
    if sys.platform == "win32":
        from risk_manager.service.windows_service import host  # noqa: PLC0415 - see above

        host(Path(sys.argv[1]))
    else:
        sys.exit("this file is run by the Windows service manager")


if __name__ == "__main__":
    main()
