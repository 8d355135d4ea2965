"""People, requests, consent, risk, and what intake hears from the others."""

from pathlib import Path

from shared.database.migrations import run_sql
from shared.messaging.schema import MESSAGING_TABLES
from shared.web.idempotency import IDEMPOTENCY_SQL
from shared.web.staff_directory import DIRECTORY_SQL

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql(MESSAGING_TABLES)
    run_sql(IDEMPOTENCY_SQL.read_text())
    run_sql(DIRECTORY_SQL.read_text())
    run_sql((Path(__file__).parent / "sql" / "0001_intake.sql").read_text())
