"""Where an operator's command finds the system it is asked about."""

import os

from operations.stack.home import home_folder


def operator_dsn() -> str:
    """DATABASE_URL, or the Postgres of the `chairside up` that runs here. Ends the command when neither is there."""
    if dsn := os.environ.get("DATABASE_URL"):
        return dsn
    running = home_folder(None).running()
    if running is None:
        raise SystemExit("Set DATABASE_URL, or run this beside a running `chairside up`.")
    return running.admin_dsn
