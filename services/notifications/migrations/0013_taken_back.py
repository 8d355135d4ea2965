"""A question about a move is taken back, a deadline is given up. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0013"
down_revision = "0012"

TAKEN_BACK = """
-- The booked time stays after all: whoever was asked about another hears of it.
create table move_withdrawn_known (
    withdrawn_id uuid        primary key,
    clinic_id    uuid        not null,
    offer_id     uuid        not null unique,
    starts_at    timestamptz not null,
    ends_at      timestamptz not null,
    zone         text        not null,
    heard_at     timestamptz not null
);
-- What is told of an appointment ends with news of it.
drop index message_of_move;
create index message_of_move on message (appointment_id) where kind in ('move-proposed', 'time-stays');

-- Nobody needs to keep this deadline any more, whenever it is heard that it has passed.
create table deadline_given_up (
    clinic_id  uuid        not null,
    request_id uuid        not null,
    due_by     timestamptz not null,
    heard_at   timestamptz not null,
    primary key (request_id, due_by)
);
"""


def upgrade() -> None:
    run_sql(TAKEN_BACK)
