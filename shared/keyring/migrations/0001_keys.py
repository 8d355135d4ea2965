"""Patients' keys, and the ids whose key was destroyed.

Frozen: a later change is a later revision.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table keyring.patient_key (
            patient_id uuid primary key,
            wrapped bytea not null check (octet_length(wrapped) between 32 and 4096),
            created_at timestamptz not null default now()
        )
        """
    )
    op.execute(
        """
        create table keyring.erased (
            patient_id uuid primary key,
            erased_at timestamptz not null default now()
        )
        """
    )
    # An erased id never gets a key again, not by psql and not in a race: key and erasure of one id wait for each other,
    # and a volatile function sees what was committed while it waited.
    op.execute(
        """
        create function keyring.one_at_a_time() returns trigger
        language plpgsql set search_path = keyring, pg_catalog as $$
        begin
            perform pg_advisory_xact_lock(hashtextextended(new.patient_id::text, 0));
            if tg_table_name = 'patient_key' and exists (select from erased where patient_id = new.patient_id) then
                raise exception 'the key of this patient was erased' using errcode = 'CK001';
            end if;
            return new;
        end
        $$
        """
    )
    op.execute(
        """
        create trigger one_at_a_time before insert on keyring.patient_key
        for each row execute function keyring.one_at_a_time()
        """
    )
    op.execute(
        """
        create trigger one_at_a_time before insert on keyring.erased
        for each row execute function keyring.one_at_a_time()
        """
    )
    # A key is never changed, and what was erased is never forgotten.
    op.execute("revoke update on keyring.patient_key from chairside_keyring")
    op.execute("revoke update, delete on keyring.erased from chairside_keyring")


def downgrade() -> None:
    op.execute("drop table keyring.patient_key, keyring.erased")
    op.execute("drop function keyring.one_at_a_time()")
