"""What staff decide about requests, on record; who is likely the same person; what patients are asked afterwards."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0007_staff_decide.sql").read_text())
