"""Records of sessions can be corrected; what they said before stays.

Frozen: a later change is a later revision.
"""

from shared.database.migrations import run_sql

revision = "0004"
down_revision = "0003"

AMENDMENTS = """
alter table session
    add amended_because text
        check (amended_because in ('mistyped', 'paper-says-otherwise', 'known-later')),
    add check (amended_because is null or state = 'completed');

create table session_record_earlier (
    session_id     uuid        not null references session,
    version        bigint      not null, -- of the session, when it said so
    clinic_id      uuid        not null,
    started_at     timestamptz not null,
    ended_at       timestamptz not null,
    outcome        text        not null,
    worst_severity text        not null,
    dose_mg        double precision,
    recorded_by    uuid        not null,
    recorded_at    timestamptz not null,
    because        text,       -- why it had replaced the one before it
    primary key (session_id, version)
);
"""


def upgrade() -> None:
    run_sql(AMENDMENTS)
