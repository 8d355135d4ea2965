"""How much of the calendar one contact has taken, and requests that wait until staff have looked."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0002_fair_shares.sql").read_text())
