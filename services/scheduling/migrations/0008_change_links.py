"""Patients choose another time, or cancel, behind a link of their own. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0008"
down_revision = "0006"

CHANGES = """
alter table clinic
    add change_notice_minutes integer not null default 120 check (change_notice_minutes >= 0);

-- The time that a patient had chosen and that others have now, until they choose again.
alter table consultation add instead_of timestamptz;

-- A link serves one purpose: this one changes one consultation's appointment.
create table change_link (
    token_hash  bytea       primary key check (octet_length(token_hash) = 32),
    clinic_id   uuid        not null,
    patient_id  uuid        not null,
    request_id  uuid        not null,
    mailed      boolean     not null, -- false: the patient's own page has led here, and does so again
    expires_at  timestamptz not null,
    wrong_tries smallint    not null default 0,
    renewed_at  timestamptz           -- when a new one was asked for in its place
);
create index change_link_renewed on change_link (patient_id, renewed_at) where renewed_at is not null;
create index change_link_by_age on change_link (expires_at);

-- A new link that a patient asked for: what its event speaks of.
create table change_link_ask (
    id         uuid        primary key,
    request_id uuid        not null,
    asked_at   timestamptz not null
);
"""


def upgrade() -> None:
    run_sql(CHANGES)
