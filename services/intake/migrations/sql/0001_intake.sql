-- Frozen: changes come as a new revision.
-- Whatever names, reaches or describes a person is sealed under that person's key; the rest is codes, times and ids.
-- clinic_id stands in every table, so that a clinic can be moved to a cluster of its own.

-- What intake says ----------------------------------------------------------------------------------------------
create table patient (
    id             uuid        primary key,
    clinic_id      uuid        not null,
    contact        text        not null, -- the sealed envelope, exactly as events carry it
    person_version bigint      not null check (person_version > 0),
    version        bigint      not null check (version > 0),
    created_at     timestamptz not null
);
create index patient_clinic on patient (clinic_id);

create table consultation_request (
    id           uuid        primary key,
    clinic_id    uuid        not null,
    patient_id   uuid        not null references patient,
    reference    text        not null,
    disposition  text        not null check (disposition in ('book', 'await')),
    urgency      text        not null check (urgency in ('routine', 'soon', 'urgent')),
    weekdays     text[]      not null,
    day_parts    text[]      not null,
    not_before   timestamptz,
    reachable    boolean     not null,
    reasons      bytea       not null, -- sealed: what somebody seeks help for is health data
    entered_by   text        not null check (entered_by in ('patient', 'staff')),
    entered_by_staff uuid    check (entered_by_staff is null or entered_by = 'staff'),
    requested_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by text        check (withdrawn_by in ('patient', 'staff', 'system')),
    version      bigint      not null check (version > 0),
    unique (clinic_id, reference),
    check ((withdrawn_at is null) = (withdrawn_by is null))
);
create index consultation_request_newest on consultation_request (clinic_id, requested_at desc, id);
create index consultation_request_patient on consultation_request (patient_id);

create table consent (
    request_id      uuid        not null references consultation_request,
    channel         text        not null,
    clinic_id       uuid        not null,
    purpose         text        not null,
    wording_version text        not null,
    wording         text        not null, -- the words themselves: the row alone proves what was agreed to
    given_at        timestamptz not null,
    recorded_by     uuid,                 -- the member of staff who read it out; null when the patient ticked it
    primary key (request_id, channel)
);

create table request_link (
    token_hash bytea       primary key check (octet_length(token_hash) = 32),
    clinic_id  uuid        not null,
    request_id uuid        not null references consultation_request,
    purpose    text        not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index request_link_request on request_link (request_id);

create table risk_flag (
    id         uuid        primary key,
    clinic_id  uuid        not null,
    patient_id uuid        not null references patient,
    request_id uuid        references consultation_request,
    level      text        not null check (level in ('unassessed', 'low', 'moderate', 'high')),
    seen_in    text        not null,
    raised_at  timestamptz not null
);
create index risk_flag_request on risk_flag (request_id);

-- What intake hears ---------------------------------------------------------------------------------------------
-- No foreign keys from here: events come in any order, also before or without what they are about.

-- A consultation has one request; its version is scheduling's and never meets a version of ours.
create table consultation (
    request_id      uuid        primary key,
    clinic_id       uuid        not null,
    consultation_id uuid        not null,
    version         bigint      not null,
    state           text        not null check (state in ('scheduled', 'waitlisted', 'cancelled')),
    appointment_id  uuid,
    revision        integer,
    starts_at       timestamptz,
    ends_at         timestamptz,
    zone            text,
    local_start     timestamp,
    clinician_id    uuid,
    heard_at        timestamptz not null,
    check (num_nonnulls(appointment_id, revision, starts_at, ends_at, zone, local_start) in (0, 6)),
    check (state <> 'scheduled' or appointment_id is not null)
);
create index consultation_clinic on consultation (clinic_id);

create table alert_acknowledgement (
    alert_id        uuid        primary key,
    clinic_id       uuid        not null,
    patient_id      uuid        not null,
    staff_id        uuid        not null,
    acknowledged_at timestamptz not null,
    channel         text        not null
);

create table follow_up_due (
    session_id     uuid        primary key,
    clinic_id      uuid        not null,
    patient_id     uuid        not null,
    ended_at       timestamptz not null,
    outcome        text        not null,
    worst_severity text        not null,
    due_at         timestamptz not null,
    done_at        timestamptz,
    done_by        uuid,
    check ((done_at is null) = (done_by is null))
);
create index follow_up_due_open on follow_up_due (clinic_id, due_at) where done_at is null;
