"""A patient may not come. Frozen: a later change is a later revision."""

from pathlib import Path

from shared.database.migrations import run_sql

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    run_sql((Path(__file__).parent / "sql" / "0013_missed.sql").read_text())
