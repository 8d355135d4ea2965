"""Hours and shifts may last until midnight. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0021"
down_revision = "0020"

UNTIL_MIDNIGHT = """
-- 00:00 as an end is that of the day: 24:00.
alter table opening_hours drop constraint opening_hours_check,
                          add constraint opening_hours_check check (closes > opens or closes = '00:00');
alter table shift drop constraint shift_check,
                  add constraint shift_check check (ends > begins or ends = '00:00');
"""


def upgrade() -> None:
    run_sql(UNTIL_MIDNIGHT)
