"""A look at a window goes to the rows that lie in it, and to no others. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0019"
down_revision = "0017"

LOOK = """
-- By its end, so that a look ahead never reads the past; with its beginning, so that what begins after the window is left
-- out in the index already. A look goes as far beyond its window as the longest appointment lasts, which is a day.
create index resource_booking_in_window on resource_booking (clinic_id, upper(during), lower(during)) where active;
drop index resource_booking_ahead;
"""


def upgrade() -> None:
    run_sql(LOOK)
