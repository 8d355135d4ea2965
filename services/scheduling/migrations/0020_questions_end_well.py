"""A patient who was told that their time cannot be kept is told once that it stays after all; and what staff give up is said.
Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0020"
down_revision = "0019"

ENDS = """
-- The clinic can keep the booked time after all: the question about a move is taken back, and its patient told once.
create table move_withdrawn (
    id           uuid        primary key,
    offer_id     uuid        not null unique references slot_offer,
    withdrawn_at timestamptz not null
);
-- Of the event that says it. Null: it was given up before that was said.
alter table late_given_up add column id uuid unique;
"""


def upgrade() -> None:
    run_sql(ENDS)
