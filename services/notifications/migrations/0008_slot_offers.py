"""Free times that were offered to patients who wait. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0008"
down_revision = "0010"

OFFERS = """
-- What an offer's message says. A fact: it never changes, and whether it still stands is asked of scheduling.
create table slot_offer_known (
    offer_id   uuid        primary key,
    clinic_id  uuid        not null,
    patient_id uuid        not null,
    request_id uuid        not null,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    zone       text        not null,
    answer_by  timestamptz not null,
    shared     boolean     not null, -- others are asked for the same time
    heard_at   timestamptz not null
);
"""


def upgrade() -> None:
    run_sql(OFFERS)
