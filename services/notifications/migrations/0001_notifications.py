"""Staff and their sign-ins, the inbox, what was heard of others, and messages to patients.

Frozen: a later change is a later revision. No patient's data stands in these tables unless sealed under the patient's key.
"""

from shared.database.migrations import run_sql
from shared.messaging.schema import MESSAGING_TABLES
from shared.web.idempotency import IDEMPOTENCY_SQL
from shared.web.staff_directory import DIRECTORY_SQL

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STAFF = """
create table staff (
    id                      uuid        primary key,
    clinic_id               uuid        not null,
    email                   text        not null check (email = lower(email)),
    display_name            text        not null,
    roles                   text[]      not null check (cardinality(roles) > 0),
    password_hash           text,       -- argon2id; null until an invitation was accepted
    active                  boolean     not null default true,
    sessions_revoked_before timestamptz,
    version                 bigint      not null,
    created_at              timestamptz not null
);
-- Sign-in asks for an e-mail and no clinic, so one e-mail is one account.
create unique index staff_by_email on staff (email);

create table invitation (
    token_hash bytea       primary key check (octet_length(token_hash) = 32),
    clinic_id  uuid        not null,
    staff_id   uuid        not null references staff,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index invitation_of_staff on invitation (staff_id);

create table staff_session (
    id           uuid        primary key,
    clinic_id    uuid        not null,
    staff_id     uuid        not null references staff,
    strength     text        not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null, -- moved by activity only, never by a live stream
    revoked_at   timestamptz
);
create index staff_session_of_staff on staff_session (staff_id);
create index staff_session_by_age on staff_session (created_at);

-- How often a sign-in was tried: per account and address, per account, per address. The key is a hash of either.
create table sign_in_attempt (
    bucket     bytea       primary key check (octet_length(bucket) = 32),
    began_at   timestamptz not null,
    attempts   integer     not null
);
create index sign_in_attempt_by_age on sign_in_attempt (began_at);
"""

HEARD = """
create table patient_contact (
    patient_id     uuid        primary key,
    clinic_id      uuid        not null,
    sealed         text        not null, -- the envelope as it came; only the patient's key opens it
    person_version integer     not null,
    heard_at       timestamptz not null
);

create table request_known (
    request_id      uuid        primary key,
    clinic_id       uuid        not null,
    patient_id      uuid        not null,
    reference       text        not null,
    disposition     text        not null,
    urgency         text        not null,
    reachable       boolean     not null,
    wishes          jsonb       not null,
    requested_at    timestamptz not null,
    withdrawn_at    timestamptz,
    decided_by      text        not null,
    sealed          text        not null, -- the request's own envelope: its links lead to this request
    person_version  integer     not null,
    version         bigint      not null,
    heard_at        timestamptz not null
);
create index request_known_of_patient on request_known (patient_id);

create table consultation_known (
    consultation_id uuid        primary key,
    clinic_id       uuid        not null,
    patient_id      uuid        not null,
    request_id      uuid        not null,
    reference       text        not null,
    state           text        not null check (state in ('scheduled', 'waitlisted', 'cancelled')),
    appointment_id  uuid,
    decided_by      text        not null,
    version         bigint      not null,
    heard_at        timestamptz not null
);
create index consultation_known_of_request on consultation_known (request_id);

-- Revision 0 with an end but without times: the end of a session was heard before its booking.
create table appointment_known (
    appointment_id uuid        primary key,
    clinic_id      uuid        not null,
    patient_id     uuid        not null,
    kind           text        not null check (kind in ('consultation', 'session')),
    about_id       uuid        not null, -- the consultation or the session
    request_id     uuid,
    revision       bigint      not null,
    state          text        not null check (state in ('unknown', 'booked', 'cancelled')),
    starts_at      timestamptz,
    ends_at        timestamptz,
    zone           text,
    local_start    timestamp,
    decided_by     text,
    ended_at       timestamptz,
    heard_at       timestamptz not null,
    check (state = 'unknown' or (starts_at is not null and ends_at is not null and zone is not null))
);
create index appointment_known_of_patient on appointment_known (patient_id);

create table session_ended (
    session_id     uuid        primary key,
    clinic_id      uuid        not null,
    patient_id     uuid        not null,
    appointment_id uuid        not null,
    number         integer,
    started_at     timestamptz not null,
    ended_at       timestamptz not null,
    outcome        text        not null,
    worst_severity text        not null,
    heard_at       timestamptz not null
);

create table alert (
    id              uuid        primary key,
    clinic_id       uuid        not null,
    patient_id      uuid        not null,
    level           text        not null,
    seen_in         text        not null,
    request_id      uuid,
    reference       text,
    raised_at       timestamptz not null,
    heard_at        timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by uuid        references staff,
    version         bigint      not null default 1
);
"""

INBOX = """
-- What asks for attention. One row per thing, whatever is heard of it and in whatever order: `unique (kind, subject)`.
-- `attention` rises with every piece of news that somebody must look at; an acknowledgement names the news it has seen.
create table inbox_item (
    id              uuid        primary key,
    clinic_id       uuid        not null,
    kind            text        not null check (kind in ('risk', 'request', 'session', 'phone', 'mail-waiting')),
    subject         uuid        not null,
    patient_id      uuid,
    request_id      uuid,
    appointment_id  uuid,
    session_id      uuid,
    message_id      uuid,
    urgency         text        not null default 'routine' check (urgency in ('routine', 'soon', 'urgent')),
    state           text        not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
    attention       integer     not null,
    facts           jsonb       not null default '{}', -- codes only, never anything personal
    raised_at       timestamptz not null,
    changed_at      timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by uuid        references staff,
    unique (kind, subject)
);
create index inbox_item_open on inbox_item (clinic_id, raised_at) where state = 'open';
create index inbox_item_done on inbox_item (clinic_id, changed_at) where state <> 'open';
create index inbox_item_of_request on inbox_item (request_id) where request_id is not null;
create index inbox_item_of_message on inbox_item (message_id) where message_id is not null;

create table inbox_read (
    item_id   uuid    not null references inbox_item on delete cascade,
    staff_id  uuid    not null references staff,
    attention integer not null, -- the news this person has seen
    primary key (item_id, staff_id)
);
"""

MESSAGES = """
-- A message is true as long as nothing newer than `revision` is known of `about_id`; see domain/message.py.
create table message (
    id             uuid        primary key,
    clinic_id      uuid        not null,
    patient_id     uuid        not null,
    kind           text        not null,
    about_id       uuid        not null, -- the appointment, consultation, request or session it speaks of
    revision       bigint      not null,
    request_id     uuid,
    appointment_id uuid,
    state          text        not null check (state in ('planned', 'claimed', 'retrying', 'sent', 'delivered',
                                                         'cancelled', 'suppressed', 'expired', 'bounced', 'failed')),
    reason         text,
    planned_at     timestamptz not null,
    due_at         timestamptz not null,
    expires_at     timestamptz not null,
    attempts       integer     not null default 0,
    offered        integer     not null default 0, -- how often it was handed to the mail server
    header_id      text,                           -- Message-ID, given at the first attempt and the same at every other
    claim          uuid,                           -- whoever holds it; an older claim can mark nothing
    claimed_until  timestamptz,                    -- by the database's clock
    sent_at        timestamptz,
    unique (kind, about_id, revision)
);
create index message_due on message (due_at) where state in ('planned', 'retrying');
create index message_claimed on message (claimed_until) where state = 'claimed';
create index message_about on message (about_id);
create index message_of_patient on message (patient_id);
create index message_recent on message (clinic_id, planned_at desc);

create table message_event (
    message_id uuid        not null references message,
    at         timestamptz not null,
    state      text        not null,
    reason     text
);
create index message_event_of_message on message_event (message_id, at);
"""


def upgrade() -> None:
    run_sql(MESSAGING_TABLES)
    for path in (DIRECTORY_SQL, IDEMPOTENCY_SQL):
        run_sql(path.read_text(encoding="utf-8"))
    for script in (STAFF, HEARD, INBOX, MESSAGES):
        run_sql(script)
