"""What came of a consultation, and which of them come too late. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0009"
down_revision = "0008"

DECIDED = """
alter table consultation_known
    drop constraint consultation_known_state_check,
    add constraint consultation_known_state_check
        check (state in ('scheduled', 'waitlisted', 'cancelled', 'missed', 'completed')),
    add decision text check (decision in ('suitable', 'not-suitable', 'more-information')),
    add amended  boolean not null default false; -- another decision had been said before this one

-- Somebody must be seen sooner than there is a time for them.
alter table inbox_item
    drop constraint inbox_item_kind_check,
    add constraint inbox_item_kind_check
        check (kind in ('risk', 'request', 'session', 'phone', 'mail-waiting', 'late'));
"""


def upgrade() -> None:
    run_sql(DECIDED)
