-- Frozen: changes come as a new revision.
-- As the screening rules have them (0005): what was approved, and what came with the service, stays as it was.
create table follow_up_version (
    clinic_id     uuid        not null,
    version       integer     not null check (version > 0),
    rules         jsonb       not null,
    based_on      integer,              -- null: it came with the service
    revision      integer     not null default 1 check (revision > 0), -- rises with every edit of a draft
    made_by       uuid,
    made_at       timestamptz not null,
    approved_by   uuid,
    approved_name text,                 -- as the clinician was called then: the row alone says who
    approved_at   timestamptz,
    primary key (clinic_id, version),
    foreign key (clinic_id, based_on) references follow_up_version,
    check ((based_on is null) = (made_by is null)),
    check (num_nonnulls(approved_by, approved_name, approved_at) in (0, 3))
);

create function keep_follow_up_version() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'follow-up protocol % is kept for good', old.version using errcode = 'restrict_violation';
    end if;
    if old.approved_at is not null then
        raise exception 'follow-up protocol % is approved: make a new version', old.version
              using errcode = 'restrict_violation';
    end if;
    if (new.clinic_id, new.version, new.based_on, new.made_by, new.made_at)
       is distinct from (old.clinic_id, old.version, old.based_on, old.made_by, old.made_at)
       or (old.based_on is null and new.rules is distinct from old.rules) then
        raise exception 'follow-up protocol % stays what it was made as', old.version
              using errcode = 'restrict_violation';
    end if;
    if new.approved_at is not null and new.rules is distinct from old.rules then
        raise exception 'follow-up protocol % is approved as it was read, or not at all', old.version
              using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger keep_follow_up_version before update or delete on follow_up_version
    for each row execute function keep_follow_up_version();

create table follow_up_act (
    id         bigint      generated always as identity primary key,
    clinic_id  uuid        not null,
    version    integer     not null,
    revision   integer     not null,
    act        text        not null check (act in ('drafted', 'edited', 'approved')),
    item_id    text        check (item_id is null), -- a protocol is changed as a whole
    staff_id   uuid        not null,
    staff_name text        not null, -- as they were called then
    at         timestamptz not null,
    foreign key (clinic_id, version) references follow_up_version
);
create index follow_up_act_version on follow_up_act (clinic_id, version, id);

create function keep_follow_up_act() returns trigger language plpgsql as $$
begin
    raise exception 'what was done to follow-up protocols is only added to' using errcode = 'restrict_violation';
end
$$;
create trigger keep_follow_up_act before update or delete on follow_up_act
    for each row execute function keep_follow_up_act();
