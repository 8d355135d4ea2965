"""Patients are asked about another time for an appointment. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0012"
down_revision = "0011"

MOVES = """
-- An offer may also be another time for an appointment that cannot take place as booked: then it may be a session's, which
-- has no request.
alter table slot_offer_known
    alter column request_id drop not null,
    add column moves      uuid,        -- the appointment
    add column revision   bigint not null default 0, -- of it, as asked about
    add column instead_of timestamptz; -- when it is booked
-- What is told of an appointment ends with news of it.
create index message_of_move on message (appointment_id) where kind = 'move-proposed';
"""


def upgrade() -> None:
    run_sql(MOVES)
