"""Free times are offered to those who wait. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0012"
down_revision = "0010"

OFFERS = """
-- How a clinic gives freed times away. Without a row they are booked for the first in line.
create table slot_offering (
    clinic_id         uuid     primary key,
    way               text     not null check (way in ('book', 'one-by-one', 'several')),
    within_minutes    integer  not null check (within_minutes between 15 and 2880),
    at_once           smallint not null check (at_once between 2 and 20),
    book_urgent       boolean  not null,
    nearer_than_hours smallint not null check (nearer_than_hours between 0 and 168),
    changed_by        uuid     not null, -- staff id
    changed_at        timestamptz not null
);

-- Every offer that was ever made, and how it was answered. The time itself is held by an appointment, under the same
-- constraint as all others; when that is over, the offer stays as history.
create table slot_offer (
    id              uuid        primary key,
    clinic_id       uuid        not null,
    patient_id      uuid        not null,
    consultation_id uuid        not null references consultation,
    appointment_id  uuid        references appointment on delete set null,
    shared          boolean     not null, -- others may be asked for the same time
    starts_at       timestamptz not null,
    ends_at         timestamptz not null check (ends_at > starts_at),
    zone            text        not null,
    offered_at      timestamptz not null,
    offered_by      uuid,       -- staff id; null: it was the list's turn
    answer_by       timestamptz not null,
    state           text        not null
                    check (state in ('open', 'accepted', 'declined', 'lapsed', 'taken', 'ended')),
    answered_at     timestamptz,
    answered_by     uuid,       -- staff id, where the patient said it by telephone
    version         bigint      not null,
    check ((state = 'open') = (answered_at is null))
);
-- Nobody is asked for two times at once, and nobody shares a time unless the clinic's way says so.
create unique index slot_offer_of_patient on slot_offer (consultation_id) where state = 'open';
create unique index slot_offer_of_time on slot_offer (appointment_id) where state = 'open' and not shared;
create unique index slot_offer_accepted on slot_offer (appointment_id) where state = 'accepted';
create index slot_offer_of_appointment on slot_offer (appointment_id);
create index slot_offer_asked on slot_offer (consultation_id, starts_at);
create index slot_offer_due on slot_offer (answer_by) where state = 'open';
create index slot_offer_of_clinic on slot_offer (clinic_id, offered_at);

-- A link serves one purpose: this one answers one offer.
create table slot_offer_link (
    token_hash bytea       primary key check (octet_length(token_hash) = 32),
    offer_id   uuid        not null references slot_offer,
    made_at    timestamptz not null
);
create index slot_offer_link_by_age on slot_offer_link (made_at);

-- Who was taken off the waiting list by staff, and why: a code.
create table left_waiting_list (
    consultation_id uuid        primary key references consultation,
    reason          text        not null,
    removed_by      uuid        not null, -- staff id
    removed_at      timestamptz not null
);
"""


def upgrade() -> None:
    run_sql(OFFERS)
