"""Calendars by a secret address, and when an appointment was last changed. Frozen: a later change is a later revision."""

from shared.database.migrations import run_sql

revision = "0013"
down_revision = "0009"

FEEDS = """
-- For calendars and programs that ask what is new. By the database's clock, whoever changes the row and however.
alter table appointment add changed_at timestamptz not null default now();
create function stamp_appointment_change() returns trigger language plpgsql as $$
begin
    new.changed_at = now();
    return new;
end
$$;
create trigger stamp_appointment_change before update on appointment
    for each row execute function stamp_appointment_change();

-- The secret addresses of calendars, kept as hashes: of one person's appointments, or of one chair's or room's.
create table calendar_feed (
    id          uuid        primary key,
    clinic_id   uuid        not null,
    token_hash  bytea       not null unique check (octet_length(token_hash) = 32),
    staff_id    uuid,
    place_id    uuid,       -- a chair or a room
    label       text        not null, -- where it is read, in the words of whoever made it
    made_by     uuid        not null, -- staff id
    made_at     timestamptz not null,
    revoked_by  uuid,
    revoked_at  timestamptz,
    check (num_nonnulls(staff_id, place_id) = 1),
    check (num_nulls(revoked_by, revoked_at) in (0, 2))
);
create index calendar_feed_of_clinic on calendar_feed (clinic_id, made_at);
create index resource_booking_of_resource on resource_booking (resource_id, upper(during));
"""


def upgrade() -> None:
    run_sql(FEEDS)
