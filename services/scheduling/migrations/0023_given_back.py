"""What was given back because it was not needed any more is told from what was moved away from. Frozen: a later change is a
later revision."""

from shared.database.migrations import run_sql

revision = "0023"
down_revision = "0022"

GIVEN_BACK = """
-- With `active` false: the appointment kept its time, and was over before this was to begin.
alter table resource_booking add column given_back boolean not null default false;
"""


def upgrade() -> None:
    run_sql(GIVEN_BACK)
