"""Rooms, rosters, absences, closures, qualifications, and what a clinic's data was before. Frozen: a later change is a later
revision."""

from shared.database.migrations import run_sql

revision = "0009"
down_revision = "0008"

DAY = """
alter table clinic add version bigint not null default 1;

create table room (
    id        uuid primary key,
    clinic_id uuid not null references clinic,
    name      text not null
);
create index room_of_clinic on room (clinic_id);
alter table resource add room_id uuid references room on delete set null;

-- `of` in these tables is a staff id, or the id of a resource behind which no person stands; an absence may also be of a room.
create table shift (
    clinic_id   uuid     not null references clinic,
    of          uuid     not null,
    weekday     smallint not null check (weekday between 1 and 7),
    begins      time     not null,
    ends        time     not null check (ends > begins),
    valid_from  date,
    valid_until date     check (valid_until >= valid_from)
);
create index shift_of_clinic on shift (clinic_id);

-- Wall clock of the clinic, as in opening_hours.
create table absence (
    clinic_id uuid      not null references clinic,
    of        uuid      not null,
    begins    timestamp not null,
    ends      timestamp not null check (ends > begins)
);
create index absence_of_clinic on absence (clinic_id);

create table closure (
    clinic_id uuid      not null references clinic,
    begins    timestamp not null,
    ends      timestamp not null check (ends > begins),
    name      text      not null
);
create index closure_of_clinic on closure (clinic_id);

create table qualification (
    clinic_id uuid not null references clinic,
    of        uuid not null,
    name      text not null,
    primary key (clinic_id, of, name)
);
alter table appointment_need add qualification text;

-- What is said of a kind as a whole. A kind without a row has none of it.
create table appointment_kind (
    clinic_id  uuid     not null references clinic,
    kind       text     not null,
    days_apart smallint not null check (days_apart between 0 and 60),
    primary key (clinic_id, kind)
);

-- Each change of all this: the whole clinic before and after, as data.
create table clinic_change (
    clinic_id  uuid        not null references clinic,
    version    bigint      not null,
    changed_at timestamptz not null,
    changed_by uuid, -- staff id; null: as it was set up
    what       text        not null,
    before     jsonb,
    after      jsonb       not null,
    primary key (clinic_id, version)
);
"""


def upgrade() -> None:
    run_sql(DAY)
