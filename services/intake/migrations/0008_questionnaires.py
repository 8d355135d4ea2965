"""Questionnaires after an infusion, and what they came to. Frozen: a later change is a later revision."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0008_questionnaires.sql").read_text())
