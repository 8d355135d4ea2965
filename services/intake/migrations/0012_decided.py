"""What came of a consultation. Frozen: a later change is a later revision."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0012"
down_revision = "0013"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0012_decided.sql").read_text())
