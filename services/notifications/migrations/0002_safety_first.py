"""Events about a patient's safety leave the outbox first."""

from shared.database.migrations import run_sql
from shared.messaging.schema import SAFETY_FIRST

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql(SAFETY_FIRST)
