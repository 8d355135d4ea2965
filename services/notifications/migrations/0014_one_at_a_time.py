"""Of letters about one thing one goes at a time. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0014"
down_revision = "0013"

ONE_AT_A_TIME = """
-- Who claims a message looks for others about the same thing that have not gone yet.
create index message_open on message (coalesce(request_id, appointment_id, about_id))
 where state in ('planned', 'claimed', 'retrying');
"""


def upgrade() -> None:
    run_sql(ONE_AT_A_TIME)
