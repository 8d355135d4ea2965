-- Frozen: changes come as a new revision.
alter table consultation_request
    add declined_at timestamptz,
    add declined_by uuid,
    add asked_at    timestamptz, -- when staff last asked for more
    add answered_at timestamptz, -- when the patient last answered
    add check ((declined_at is null) = (declined_by is null)),
    add check (declined_at is null or withdrawn_at is null);

-- As before; a request that was declined has nothing ahead either.
create or replace function with_one_more(booked uuid[], request uuid, now timestamptz, most integer) returns uuid[]
language sql as $$
    select case when count(*) < most then array_append(coalesce(array_agg(ahead.id), '{}'), request)
                else coalesce(array_agg(ahead.id), '{}') end
      from unnest(booked) as ahead (id)
      left join consultation_request as earlier on earlier.id = ahead.id
      left join consultation on consultation.request_id = ahead.id
     where ahead.id <> request
       and (earlier.id is null
            or earlier.disposition = 'book' and earlier.withdrawn_at is null and earlier.declined_at is null)
       and consultation.state is distinct from 'cancelled'
       and (consultation.starts_at is null or consultation.starts_at > now)
$$;

-- Who did what with a request -----------------------------------------------------------------------------------
create table request_act (
    id         bigint      generated always as identity primary key,
    clinic_id  uuid        not null,
    request_id uuid        not null references consultation_request,
    version    bigint      not null, -- of the request, after it
    act        text        not null check (act in ('accepted', 'decided', 'overridden', 'asked', 'answered', 'declined',
                                                   'withdrawn', 'contact-changed', 'same-person', 'other-person',
                                                   'undecided')),
    by         text        not null check (by in ('patient', 'staff', 'system')),
    staff_id   uuid,
    staff_name text,                 -- as they were called then
    role       text,                 -- the one that allowed it
    about      text,                 -- a code or a reference, never what somebody wrote
    note       bytea,                -- what staff wrote, sealed under the patient's key
    at         timestamptz not null,
    check ((staff_id is null) = (staff_name is null)),
    check (staff_id is null or by = 'staff')
);
create index request_act_request on request_act (request_id, id);

create function keep_request_act() returns trigger language plpgsql as $$
begin
    raise exception 'what was done with requests is only added to' using errcode = 'restrict_violation';
end
$$;
create trigger keep_request_act before update or delete on request_act
    for each row execute function keep_request_act();

-- What was done before this table was there. Who withdrew a request for its patient was not kept then.
insert into request_act (clinic_id, request_id, version, act, by, staff_id, staff_name, at)
select done.clinic_id, done.id, done.version, done.act, done.by, done.staff_id,
       case when done.staff_id is not null then coalesce(known.display_name, 'A member of staff') end, done.at
  from (select clinic_id, id, version, 'accepted' as act, 'staff' as by, cleared_by as staff_id, cleared_at as at
          from consultation_request where cleared_at is not null
        union all
        select clinic_id, id, version, 'withdrawn', withdrawn_by, null, withdrawn_at
          from consultation_request where withdrawn_at is not null) as done
  left join staff_directory as known on known.staff_id = done.staff_id
 order by done.at;

-- More information ----------------------------------------------------------------------------------------------
create table information_ask (
    id          uuid        primary key,
    clinic_id   uuid        not null,
    request_id  uuid        not null references consultation_request,
    token_hash  bytea       not null unique check (octet_length(token_hash) = 32),
    questions   text[]      not null, -- codes
    own         bytea,                -- a question in the words of staff, sealed
    asked_by    uuid        not null,
    asked_at    timestamptz not null,
    expires_at  timestamptz not null
);
create index information_ask_request on information_ask (request_id, asked_at);

-- Whoever has more to say says it beside what they said before: nothing that was answered is written over.
create table information_answer (
    id          uuid        primary key,
    clinic_id   uuid        not null,
    ask_id      uuid        not null references information_ask,
    answers     bytea       not null, -- sealed
    answered_at timestamptz not null
);
create index information_answer_ask on information_answer (ask_id, answered_at);

-- How to reach somebody changes ---------------------------------------------------------------------------------
-- Consents that were given with a change of contact. What was agreed to with a request stays in `consent`.
create table contact_consent (
    patient_id      uuid        not null references patient,
    person_version  bigint      not null,
    channel         text        not null,
    clinic_id       uuid        not null,
    purpose         text        not null,
    wording_version text        not null,
    wording         text        not null,
    given_at        timestamptz not null,
    recorded_by     uuid        not null,
    primary key (patient_id, person_version, channel)
);

-- Who is likely the same person ---------------------------------------------------------------------------------
alter table patient add marked_version bigint; -- the person version that the marks were made from; null: not yet
create index patient_unmarked on patient (created_at) where marked_version is null;

-- Keyed hashes, which recognise a value again and tell it to nobody (docs/decisions/0112).
create table patient_mark (
    patient_id uuid  not null references patient,
    kind       text  not null check (kind in ('email', 'mobile', 'name', 'birth')),
    clinic_id  uuid  not null,
    mark       bytea not null check (octet_length(mark) = 32),
    primary key (patient_id, kind)
);
create index patient_mark_of on patient_mark (clinic_id, kind, mark);

-- Ids are linked by a person's decision and never merged. Undone, the row goes; what was decided stays in request_act.
create table person_link (
    one          uuid        not null references patient,
    other        uuid        not null references patient,
    clinic_id    uuid        not null,
    same         boolean     not null,
    decided_by   uuid        not null,
    decided_name text        not null,
    decided_at   timestamptz not null,
    primary key (one, other),
    check (one < other)
);
create index person_link_other on person_link (other);

-- The line in which staff look through requests (services/intake/domain/queue.py names the places) ---------------------
create view request_line as
    select request.id as request_id, heard.starts_at, found.waits,
           case when found.at_risk then 0
                when found.closed then 7
                when found.waits and found.asked then 2
                when found.waits then 1
                when heard.state = 'waitlisted' then 4
                when heard.state = 'scheduled' then 5 -- and 6 once its time has passed
                else 3 end as place
      from consultation_request as request
      left join consultation as heard on heard.request_id = request.id,
           lateral (
               select exists (select from risk_flag as flag
                               where flag.request_id = request.id
                                 and not exists (select from alert_acknowledgement as taken
                                                  where taken.alert_id = flag.id)) as at_risk,
                      request.withdrawn_at is not null or request.declined_at is not null
                      or heard.state is not distinct from 'cancelled' as closed,
                      request.disposition = 'await'
                      and request.withdrawn_at is null and request.declined_at is null as waits,
                      request.asked_at is not null
                      and (request.answered_at is null or request.answered_at < request.asked_at) as asked
           ) as found;
