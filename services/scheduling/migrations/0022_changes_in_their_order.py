"""An appointment was changed when its row was, not when the transaction began. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0022"
down_revision = "0021"

AS_IT_IS_WRITTEN = """
-- Whoever writes has the row locked. A transaction that began first and waited for another is dated after it then, and who asks
-- what is newer than the version they have hears of it.
alter table appointment alter changed_at set default clock_timestamp();
create or replace function stamp_appointment_change() returns trigger language plpgsql as $$
begin
    new.changed_at = clock_timestamp();
    return new;
end
$$;
"""


def upgrade() -> None:
    run_sql(AS_IT_IS_WRITTEN)
