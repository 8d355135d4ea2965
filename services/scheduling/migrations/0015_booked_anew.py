"""Who did not come to their consultation gets another time for the same request. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0015"
down_revision = "0014"

BOOKED_ANEW = """
-- One that can take place or did. What was missed stays beside it, as what was cancelled does.
drop index appointment_of_consultation;
create unique index appointment_of_consultation on appointment (consultation_id)
 where state not in ('cancelled', 'missed');
create index appointment_of_consultation_ever on appointment (consultation_id) where consultation_id is not null;

alter table appointment_act
    drop constraint appointment_act_act_check,
    add constraint appointment_act_act_check
        check (act in ('arrived', 'arrival-taken-back', 'began', 'begin-taken-back', 'completed', 'missed', 'moved',
                       'cancelled', 'overridden', 'confirmed', 'waits-again'));
"""


def upgrade() -> None:
    run_sql(BOOKED_ANEW)
