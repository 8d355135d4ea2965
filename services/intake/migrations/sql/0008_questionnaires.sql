-- Frozen: changes come as a new revision.
-- Sessions that are done before this revision have their follow-up on staff's list, as always; no questionnaire comes late.
alter table follow_up_due add course_id uuid, add scales_settled_at timestamptz;
update follow_up_due set scales_settled_at = now();
create index follow_up_due_unasked on follow_up_due (ended_at) where scales_settled_at is null;

-- One session has one questionnaire; a new link for it is a row of its own that takes over from the one before.
create table questionnaire (
    id               uuid        primary key,
    token_hash       bytea       not null unique check (octet_length(token_hash) = 32),
    clinic_id        uuid        not null,
    patient_id       uuid        not null references patient,
    request_id       uuid        not null references consultation_request,
    reference        text        not null,
    session_id       uuid        not null,
    course_id        uuid,
    language         text        not null,
    scales           text[]      not null,
    screener         boolean     not null,
    protocol_version integer     not null,
    answers          bytea       not null, -- sealed
    risk             text        check (risk in ('unassessed', 'low', 'moderate', 'high')), -- the gravest that was raised
    wrong_tries      integer     not null default 0,
    renewal          integer     not null check (renewal >= 0),
    renewed          boolean     not null default false,
    due_at           timestamptz not null,
    expires_at       timestamptz not null,
    completed_at     timestamptz,
    unique (session_id, renewal)
);
create index questionnaire_patient on questionnaire (patient_id);

-- Written once: by a questionnaire, or by staff who entered the total of a paper form.
create table scale_score (
    id               uuid        primary key,
    clinic_id        uuid        not null,
    patient_id       uuid        not null references patient,
    request_id       uuid        not null references consultation_request,
    questionnaire_id uuid        references questionnaire,
    scale            text        not null,
    score            bytea       not null, -- sealed
    taken_at         timestamptz not null,
    entered_by       uuid,
    unique (questionnaire_id, scale),
    check ((questionnaire_id is null) <> (entered_by is null))
);
create index scale_score_patient on scale_score (patient_id, taken_at);
