"""What intake says after a request was sent, and before one is: declined, questions, a changed contact, links that wait.

Frozen: a later change is a later revision.
"""

from shared.database.migrations import run_sql

revision = "0004"
down_revision = "0003"

REQUESTS = """
alter table request_known
    alter person_version type bigint, -- versions carry the restore epoch in their upper half
    add awaits         text,        -- why it must not be booked by itself
    add declined_at    timestamptz,
    add asked_at       timestamptz, -- staff asked for more, and the patient has not answered yet
    add answered_at    timestamptz; -- the patient has answered, and staff have not decided yet
"""

CONTACTS = """
alter table patient_contact
    alter person_version type bigint,
    add reachable boolean not null default true; -- by anything but a visit or a phone at home

update patient_contact
   set reachable = false
 where exists (select from request_known
                where request_known.patient_id = patient_contact.patient_id and not request_known.reachable);
"""

LINKS = """
-- Somebody stopped in the middle of a request. Not a patient's contact: it serves the one e-mail it came with.
create table request_pause (
    pause_id       uuid        primary key,
    clinic_id      uuid        not null,
    patient_id     uuid        not null,
    request_id     uuid        not null, -- of the request to be
    sealed         text        not null, -- with the link
    person_version bigint      not null,
    expires_at     timestamptz not null,
    heard_at       timestamptz not null
);

-- Without an envelope: it was answered before it was heard that it is due.
create table questionnaire_known (
    questionnaire_id uuid        primary key,
    clinic_id        uuid        not null,
    patient_id       uuid        not null,
    session_id       uuid,
    sealed           text,       -- with the link
    person_version   bigint,
    due_at           timestamptz,
    expires_at       timestamptz,
    finished_at      timestamptz,
    heard_at         timestamptz not null
);

create index message_of_request on message (request_id) where request_id is not null;
"""


def upgrade() -> None:
    for script in (REQUESTS, CONTACTS, LINKS):
        run_sql(script)
