"""The follow-up protocol in versions that a clinician approves. Frozen: a later change is a later revision."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0010_follow_up_protocol.sql").read_text())
