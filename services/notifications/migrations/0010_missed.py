"""A patient may not come. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0010"
down_revision = "0007"

MISSED = """
alter table consultation_known
    drop constraint consultation_known_state_check,
    add constraint consultation_known_state_check check (state in ('scheduled', 'waitlisted', 'cancelled', 'missed'));
alter table appointment_known
    drop constraint appointment_known_state_check,
    add constraint appointment_known_state_check check (state in ('unknown', 'booked', 'cancelled', 'missed'));
"""


def upgrade() -> None:
    run_sql(MISSED)
