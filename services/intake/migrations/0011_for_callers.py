"""Whole requests filled in with a caller, and questions of them asked once more. Frozen: a later change is a later revision."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0011_for_callers.sql").read_text())
