"""What really happened to an appointment, who did it, and what staff overrode. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0010"
down_revision = "0013"

LIFE = """
-- What really happened: written down, never refused for colliding with something.
alter table appointment
    add booked_at  timestamptz,
    add arrived_at timestamptz,
    add began_at   timestamptz,
    add ended_at   timestamptz,
    add overridden text[] not null default '{}', -- what stood against its time
    add constraint appointment_arrived check (arrived_at is not null or state <> 'arrived'),
    add constraint appointment_began check (began_at is not null or state <> 'in-progress');

-- Who did what to it. That it was booked, when and by whom stands in the appointment itself.
create table appointment_act (
    id             uuid        primary key,
    appointment_id uuid        not null references appointment,
    act            text        not null check (act in ('arrived', 'arrival-taken-back', 'began', 'begin-taken-back',
                                                       'completed', 'missed', 'moved', 'cancelled', 'overridden')),
    done_at        timestamptz not null,
    decided_by     text        not null check (decided_by in ('patient', 'staff', 'system')),
    staff_id       uuid,
    role           text,       -- by which an override was allowed
    reason         text,       -- a code
    starts_at      timestamptz -- of a move: when it would have begun before
);
create index appointment_act_of_appointment on appointment_act (appointment_id, id);
"""


def upgrade() -> None:
    run_sql(LIFE)
