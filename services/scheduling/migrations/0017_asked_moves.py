"""Patients are asked about another time for an appointment without a place. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0017"
down_revision = "0016"

ASKED = """
-- A time may also be offered to somebody whose booked time the clinic's day has no place for any more: instead of that.
-- Then there is no place on the waiting list behind it, but the appointment that would move, at the revision asked about.
alter table slot_offer
    alter column consultation_id drop not null,
    add column moves         uuid references appointment,
    add column revision      integer,
    add column clinician_id  uuid, -- a resource: with whom it would be
    add check ((moves is null) = (consultation_id is not null)),
    add check ((moves is null) = (revision is null));
-- Of one appointment one question at a time.
create unique index slot_offer_of_move on slot_offer (moves) where state = 'open';
create index slot_offer_by_move on slot_offer (moves, offered_at) where moves is not null;
"""


def upgrade() -> None:
    run_sql(ASKED)
