"""Requests filled in page by page: what is not sent yet, and what was answered. Frozen: a later change is a later revision."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0006_guided_request.sql").read_text())
