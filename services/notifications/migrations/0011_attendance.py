"""Patients who say that they come. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0011"
down_revision = "0009"

ATTENDANCE = """
-- Who has said that they come at the time of this revision is not asked again.
create table attendance_known (
    appointment_id uuid        not null,
    revision       integer     not null,
    clinic_id      uuid        not null,
    patient_id     uuid        not null,
    heard_at       timestamptz not null,
    primary key (appointment_id, revision)
);
"""


def upgrade() -> None:
    run_sql(ATTENDANCE)
