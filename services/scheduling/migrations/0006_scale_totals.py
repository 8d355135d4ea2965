"""What patients' questionnaires came to, beside their sessions. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0006"
down_revision = "0005"

TOTALS = """
-- Facts of intake's: kept once each, never changed. No answers, only what they came to.
create table scale_total (
    completion_id     uuid        primary key,
    clinic_id         uuid        not null,
    patient_id        uuid        not null,
    questionnaire_id  uuid,
    session_id        uuid,       -- the session after which it was asked
    course_id         uuid,
    request_id        uuid,
    scale             text        not null,
    total             integer,    -- null: too much was left out
    band              text,
    item_9_above_zero boolean,
    completed_at      timestamptz not null
);
create index scale_total_of_patient on scale_total (patient_id, scale, completed_at);
create index scale_total_of_session on scale_total (session_id) where session_id is not null;
"""


def upgrade() -> None:
    run_sql(TOTALS)
