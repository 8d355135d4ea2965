"""The time that a patient had chosen, and that others have now. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0007"
down_revision = "0004"


def upgrade() -> None:
    run_sql("alter table consultation_known add instead_of timestamptz")
