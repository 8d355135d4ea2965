"""A time can be kept for somebody who is still asking. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0005"
down_revision = "0004"

HOLDS = """
-- A kept time is an appointment like any other, under the same constraint, until it ends or becomes one of somebody's.
alter table appointment
    add held_until timestamptz,
    drop constraint appointment_check1,
    add constraint appointment_of_one_thing check (num_nonnulls(consultation_id, session_id) = (state <> 'held')::integer),
    add constraint appointment_held_until check ((state = 'held') = (held_until is not null));
create index appointment_held on appointment (held_until) where state = 'held';

-- What a request that is not sent yet has chosen. When the time is over the appointment is gone, and the choice stays.
create table hold (
    id             uuid        primary key,
    clinic_id      uuid        not null,
    request_id     uuid        not null unique,
    patient_id     uuid        not null,
    starts_at      timestamptz not null,
    ends_at        timestamptz not null,
    appointment_id uuid        references appointment on delete set null
);
create index hold_of_appointment on hold (appointment_id);
create index hold_by_age on hold (starts_at);

-- Who has had times kept lately: keyed hashes of contacts, forgotten after a day.
create table hold_taken (
    clinic_id      uuid        not null,
    contact        bytea       not null check (octet_length(contact) = 32),
    appointment_id uuid        not null, -- without a foreign key: it counts also when it is gone
    taken_at       timestamptz not null,
    primary key (clinic_id, contact, appointment_id)
);
create index hold_taken_by_age on hold_taken (taken_at);
"""


def upgrade() -> None:
    run_sql(HOLDS)
