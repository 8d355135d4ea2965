"""The clinic as data, its appointments, and the constraint that keeps two of them off one resource.

Frozen: a later change is a later revision.
"""

from shared.database.migrations import run_sql
from shared.messaging.schema import MESSAGING_TABLES
from shared.web.idempotency import IDEMPOTENCY_SQL
from shared.web.staff_directory import DIRECTORY_SQL

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CLINIC = """
create table clinic (
    id                     uuid primary key,
    name                   text    not null,
    zone                   text    not null,
    minimum_notice_minutes integer not null check (minimum_notice_minutes >= 0),
    horizon_days           integer not null check (horizon_days between 1 and 366)
);

-- Wall clock of the clinic; several rows a day leave a gap between them.
create table opening_hours (
    clinic_id uuid     not null references clinic,
    weekday   smallint not null check (weekday between 1 and 7), -- ISO: Monday is 1
    opens     time     not null,
    closes    time     not null check (closes > opens),
    primary key (clinic_id, weekday, opens)
);

-- Whatever can be in one place only. A nurse who watches N chairs is N seats, each with the nurse's staff id.
create table resource (
    id        uuid    primary key,
    clinic_id uuid    not null references clinic,
    kind      text    not null check (kind in ('chair', 'clinician', 'nurse_seat')),
    staff_id  uuid,
    name      text    not null,
    active    boolean not null default true
);
create index resource_of_clinic on resource (clinic_id);

create table appointment_part (
    clinic_id uuid     not null references clinic,
    kind      text     not null,
    position  smallint not null check (position >= 1),
    name      text     not null,
    minutes   smallint not null check (minutes between 1 and 1440),
    primary key (clinic_id, kind, position)
);

-- One resource through consecutive parts. Needs of the same kind may be met by different resources.
create table appointment_need (
    clinic_id     uuid     not null references clinic,
    kind          text     not null,
    position      smallint not null,
    resource_kind text     not null check (resource_kind in ('chair', 'clinician', 'nurse_seat')),
    first_part    smallint not null,
    last_part     smallint not null check (last_part >= first_part),
    primary key (clinic_id, kind, position),
    foreign key (clinic_id, kind, first_part) references appointment_part,
    foreign key (clinic_id, kind, last_part) references appointment_part
);
"""

PATIENTS = """
-- Known by events only, so without a foreign key to the clinic: an event may come before the clinic is set up.
create table patient (
    patient_id     uuid    primary key,
    clinic_id      uuid    not null,
    contact        text    not null, -- sealed under the patient's key
    person_version bigint  not null,
    reachable      boolean not null
);
create index patient_of_clinic on patient (clinic_id);

create table risk (
    risk_id    uuid        primary key,
    clinic_id  uuid        not null,
    patient_id uuid        not null,
    request_id uuid,
    level      text        not null,
    raised_at  timestamptz not null
);
create index risk_of_request on risk (request_id);
"""

APPOINTMENTS = """
create table consultation (
    id              uuid        primary key,
    clinic_id       uuid        not null,
    patient_id      uuid        not null,
    request_id      uuid        not null unique,
    reference       text        not null,
    state           text        not null
                    check (state in ('awaiting', 'waitlisted', 'booked', 'cancelled', 'missed', 'completed')),
    urgency         text        not null check (urgency in ('routine', 'soon', 'urgent')),
    wishes          jsonb       not null,
    requested_at    timestamptz not null,
    withdrawn       boolean     not null default false,
    request_version bigint      not null, -- the newest state of the request that was heard
    version         bigint      not null
);
create index consultation_of_patient on consultation (patient_id, requested_at);
create index consultation_waiting on consultation (clinic_id, requested_at) where state = 'waitlisted';

create table session (
    id             uuid        primary key,
    clinic_id      uuid        not null,
    patient_id     uuid        not null references patient,
    course_id      uuid,
    number         smallint    check (number >= 1),
    state          text        not null check (state in ('booked', 'checked-in', 'cleared', 'infusing', 'paused',
                                                         'recovering', 'completed', 'cancelled', 'missed', 'refused')),
    prescriber_id  uuid        not null, -- staff id
    started_at     timestamptz,
    ended_at       timestamptz check (ended_at > started_at),
    outcome        text        check (outcome in ('full', 'stopped-early', 'transferred')),
    worst_severity text        check (worst_severity in ('none', 'mild', 'moderate', 'severe')),
    dose_mg        double precision check (dose_mg > 0),
    recorded_by    uuid,
    recorded_at    timestamptz,
    version        bigint      not null,
    check (state <> 'completed' or num_nulls(started_at, ended_at, outcome, worst_severity, recorded_at) = 0)
);

create table appointment (
    id              uuid        primary key,
    clinic_id       uuid        not null,
    patient_id      uuid        not null,
    kind            text        not null,
    consultation_id uuid        references consultation,
    session_id      uuid        references session,
    state           text        not null
                    check (state in ('held', 'booked', 'arrived', 'in-progress', 'completed', 'cancelled', 'missed')),
    revision        integer     not null check (revision >= 1),
    starts_at       timestamptz not null,
    ends_at         timestamptz not null check (ends_at > starts_at),
    zone            text        not null,
    local_start     timestamp   not null,
    clinician_id    uuid,       -- staff id
    booked_by       uuid,       -- staff id; null: booked by the system
    cancelled_by    uuid,
    cancel_reason   text,
    version         bigint      not null,
    check (num_nonnulls(consultation_id, session_id) = 1)
);
create unique index appointment_of_consultation on appointment (consultation_id) where state <> 'cancelled';
create unique index appointment_of_session on appointment (session_id);
create index appointment_of_patient on appointment (patient_id);
create index appointment_of_day on appointment (clinic_id, starts_at);

-- The planned time of every resource. What an active row occupies is nobody else's: under no
-- concurrency, and not by psql.
create table resource_booking (
    id             uuid      primary key,
    clinic_id      uuid      not null,
    resource_id    uuid      not null references resource,
    appointment_id uuid      not null references appointment,
    during         tstzrange not null
                   check (not isempty(during) and lower_inc(during) and not upper_inc(during)
                          and not lower_inf(during) and not upper_inf(during)),
    active         boolean   not null default true,
    constraint resource_booking_never_overlaps
        exclude using gist (resource_id with =, during with &&) where (active)
);
create index resource_booking_of_appointment on resource_booking (appointment_id);
-- By its end, so that a look ahead never reads the past.
create index resource_booking_ahead on resource_booking (clinic_id, upper(during)) where active;

-- A time at which a clinic's waiting list is looked at again: a slot was freed, or days have passed. Rows are only
-- added and taken, never changed, so that whoever cancels waits for nobody.
create table waiting_list_review (
    id        uuid        primary key,
    clinic_id uuid        not null,
    due_at    timestamptz not null
);
create index waiting_list_review_due on waiting_list_review (due_at);
"""


def upgrade() -> None:
    run_sql(MESSAGING_TABLES)
    for file in (DIRECTORY_SQL, IDEMPOTENCY_SQL):
        run_sql(file.read_text(encoding="utf-8"))
    for script in (CLINIC, PATIENTS, APPOINTMENTS):
        run_sql(script)
