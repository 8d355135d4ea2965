-- Frozen: changes come as a new revision.
alter table request_draft
    add begun_by      uuid,        -- the member of staff who began it with a caller; null: the patient did
    add taken_over_at timestamptz; -- when the caller first answered by their own link: from then on it is theirs alone
create index request_draft_for_callers on request_draft (clinic_id, saved_at) where begun_by is not null and sent_at is null;

-- Who of staff did what with a request before it was sent. Nothing of the patient stands here.
create table caller_act (
    id         bigint      generated always as identity primary key,
    clinic_id  uuid        not null,
    request_id uuid        not null,
    act        text        not null check (act in ('begun', 'continued', 'handed-over', 'sent')),
    staff_id   uuid        not null,
    staff_name text        not null, -- as they were called then
    role       text        not null, -- the one that allowed it
    at         timestamptz not null
);
create index caller_act_request on caller_act (request_id, id);

create function keep_caller_act() returns trigger language plpgsql as $$
begin
    raise exception 'what was done with callers is only added to' using errcode = 'restrict_violation';
end
$$;
create trigger keep_caller_act before update or delete on caller_act
    for each row execute function keep_caller_act();

-- Questions of the guided request, asked for once more behind a link of their own ----------------------------------
alter table information_ask
    add pages      text[]      not null default '{}', -- of the guided request, by name
    add said       bytea,                             -- what was answered on them so far, sealed
    add risk       text        check (risk in ('unassessed', 'low', 'moderate', 'high')), -- the gravest that was raised
    add renewed_at timestamptz;                       -- when the patient asked for a new link, after this one had ended

-- What was read in these answers when the last of them came. What was read when the request was sent stays as it was.
create table information_reading (
    ask_id        uuid        primary key references information_ask,
    clinic_id     uuid        not null,
    rules_version integer     not null, -- of the request, where it was screened
    reading       bytea       not null, -- sealed
    read_at       timestamptz not null
);
