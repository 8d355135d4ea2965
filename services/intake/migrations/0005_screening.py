"""Screening rules of the clinic: versions that a clinician approves, and who did what with them."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0005_screening.sql").read_text())
