"""What operators put right is on record: redrives, replays, parked events. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql
from shared.messaging.schema import REPAIR

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql(REPAIR)
