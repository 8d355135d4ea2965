"""Patients say that they come. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0014"
down_revision = "0011"

ATTENDANCE = """
-- What patients answered. Rows are only added, and the newest counts: of the revision that they had before them.
create table attendance (
    id                 uuid        primary key,
    appointment_id     uuid        not null references appointment,
    revision           integer     not null,
    fasting_understood boolean,    -- asked before a session alone
    has_escort         boolean,    -- an adult takes them home; who, is not asked here
    said_at            timestamptz not null,
    check ((fasting_understood is null) = (has_escort is null))
);
create index attendance_of_appointment on attendance (appointment_id, revision, id);

-- A link serves one purpose: this one says that the patient comes, to one appointment at the time that its letter names.
create table attendance_link (
    token_hash     bytea       primary key check (octet_length(token_hash) = 32),
    appointment_id uuid        not null references appointment,
    revision       integer     not null,
    kept_until     timestamptz not null
);
create index attendance_link_by_age on attendance_link (kept_until);

alter table appointment_act
    drop constraint appointment_act_act_check,
    add constraint appointment_act_act_check
        check (act in ('arrived', 'arrival-taken-back', 'began', 'begin-taken-back', 'completed', 'missed', 'moved',
                       'cancelled', 'overridden', 'confirmed'));
"""


def upgrade() -> None:
    run_sql(ATTENDANCE)
