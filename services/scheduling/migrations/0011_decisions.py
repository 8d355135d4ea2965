"""What clinicians note and decide in consultations, and by when these must be. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0011"
down_revision = "0012"

DECISIONS = """
-- Rows are only added: the highest number stands, and what was decided before it is history.
create table consultation_decision (
    consultation_id uuid        not null references consultation,
    number          smallint    not null check (number >= 1),
    clinic_id       uuid        not null,
    decision        text        not null check (decision in ('suitable', 'not-suitable', 'more-information')),
    reason          text        not null,
    because         text,       -- why it was decided anew
    note            bytea,      -- sealed under the patient's key
    decided_by      uuid        not null, -- staff id
    decided_at      timestamptz not null,
    primary key (consultation_id, number),
    check ((number = 1) = (because is null))
);

-- One text a consultation, in versions that are only added.
create table consultation_note (
    consultation_id uuid        not null references consultation,
    version         smallint    not null check (version >= 1),
    clinic_id       uuid        not null,
    note            bytea       not null, -- sealed under the patient's key
    written_by      uuid        not null, -- staff id
    written_at      timestamptz not null,
    primary key (consultation_id, version)
);
-- When they must be seen at the latest, and by which version of the rules.
alter table consultation
    add due_by    timestamptz,
    add due_rules integer;

-- That staff were told of somebody who must be seen sooner than there is a time for them.
create table consultation_late (
    id              uuid        primary key,
    consultation_id uuid        not null references consultation,
    told_at         timestamptz not null
);
create index consultation_late_of_consultation on consultation_late (consultation_id);

create index consultation_booked on consultation (clinic_id) where state = 'booked';
create index risk_of_patient on risk (patient_id, raised_at);
"""


def upgrade() -> None:
    run_sql(DECISIONS)
