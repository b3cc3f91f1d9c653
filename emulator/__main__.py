"""`python -m emulator --port 4566 --account 000000000000`: runs the emulator until it is told to stop."""

import argparse
import sys
from pathlib import Path

from emulator import server


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description="The local AWS.")
    parser.add_argument("--port", type=int, default=4566)
    parser.add_argument("--account", default="000000000000", help="account of calls that name none")
    parser.add_argument("--folder", type=Path, default=Path(".groundwork/emulator"), help="its lock and files")
    parser.add_argument("--node-modules", type=Path, default=Path("node_modules"), help="AWS clients for functions")
    options = parser.parse_args()
    try:
        server.serve(
            port=options.port,
            account=options.account,
            folder=options.folder.resolve(),
            node_modules=options.node_modules.resolve(),
        )
    except server.StartError as error:
        sys.exit(f"emulator: {error}")


if __name__ == "__main__":
    main()
