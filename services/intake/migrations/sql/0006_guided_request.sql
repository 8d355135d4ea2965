-- Frozen: changes come as a new revision.
-- What somebody has answered so far, sealed under the key that is theirs from the first answer on. Ids and reference are
-- given here, so that a risk can be raised, and found by staff, before anything is sent.
create table request_draft (
    token_hash bytea       primary key check (octet_length(token_hash) = 32),
    clinic_id  uuid        not null,
    patient_id uuid        not null unique,
    request_id uuid        not null unique,
    reference  text        not null,
    language   text        not null,
    answers    bytea       not null, -- sealed; once sent, no more than the way to the request
    risk       text        check (risk in ('unassessed', 'low', 'moderate', 'high')), -- the gravest that was raised
    begun_at   timestamptz not null,
    saved_at   timestamptz not null,
    sent_at    timestamptz,
    unique (clinic_id, reference)
);
create index request_draft_by_age on request_draft (saved_at);
create index request_draft_at_risk on request_draft (clinic_id) where risk is not null and sent_at is null;

-- Somebody asked for the link by e-mail, to go on later. Written once; the link is in the event only.
create table request_pause (
    id         uuid        primary key,
    clinic_id  uuid        not null,
    request_id uuid        not null,
    asked_at   timestamptz not null
);
create index request_pause_request on request_pause (request_id);

-- What was answered, scored and found when a request was sent. Written once.
create table request_answers (
    request_id    uuid    primary key references consultation_request,
    clinic_id     uuid    not null,
    rules_version integer not null,
    reading       bytea   not null -- sealed
);

-- A risk is raised with the answer that shows it, while neither a request nor a patient's record exists.
alter table risk_flag drop constraint risk_flag_patient_id_fkey, drop constraint risk_flag_request_id_fkey;

-- The time that scheduling keeps for somebody until it ends, when they chose one.
alter table consultation_request add hold_id uuid;
