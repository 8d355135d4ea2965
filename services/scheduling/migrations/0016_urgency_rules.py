"""How soon a consultation must be, in versions that a clinician approves, and deadlines that pass. Frozen: a later change is a
later revision."""

from shared.database.migrations import run_sql

revision = "0016"
down_revision = "0015"

VERSIONS = """
-- What was approved, and what came with the service, stays as it was.
create table urgency_version (
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
    foreign key (clinic_id, based_on) references urgency_version,
    check ((based_on is null) = (made_by is null)),
    check (num_nonnulls(approved_by, approved_name, approved_at) in (0, 3))
);

create function keep_urgency_version() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'urgency rules % are kept for good', old.version using errcode = 'restrict_violation';
    end if;
    if old.approved_at is not null then
        raise exception 'urgency rules % are approved: make a new version', old.version
              using errcode = 'restrict_violation';
    end if;
    if (new.clinic_id, new.version, new.based_on, new.made_by, new.made_at)
       is distinct from (old.clinic_id, old.version, old.based_on, old.made_by, old.made_at)
       or (old.based_on is null and new.rules is distinct from old.rules) then
        raise exception 'urgency rules % stay what they were made as', old.version
              using errcode = 'restrict_violation';
    end if;
    if new.approved_at is not null and new.rules is distinct from old.rules then
        raise exception 'urgency rules % are approved as they were read, or not at all', old.version
              using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger keep_urgency_version before update or delete on urgency_version
    for each row execute function keep_urgency_version();

create table urgency_act (
    id         bigint      generated always as identity primary key,
    clinic_id  uuid        not null,
    version    integer     not null,
    revision   integer     not null,
    act        text        not null check (act in ('drafted', 'edited', 'approved')),
    item_id    text        check (item_id is null), -- the rules are changed as a whole
    staff_id   uuid        not null,
    staff_name text        not null, -- as they were called then
    at         timestamptz not null,
    foreign key (clinic_id, version) references urgency_version
);
create index urgency_act_version on urgency_act (clinic_id, version, id);

create function keep_urgency_act() returns trigger language plpgsql as $$
begin
    raise exception 'what was done to urgency rules is only added to' using errcode = 'restrict_violation';
end
$$;
create trigger keep_urgency_act before update or delete on urgency_act
    for each row execute function keep_urgency_act();
"""

DEADLINES = """
-- When it is looked whether the deadline has passed, or is still passed; null without a deadline, and once it is given up.
alter table consultation add late_look_at timestamptz;
create index consultation_late_look on consultation (late_look_at)
    where late_look_at is not null and state in ('awaiting', 'waitlisted', 'booked', 'missed');
-- Whoever sets a deadline, an older release as well.
create function look_when_deadline_passes() returns trigger language plpgsql as $$
begin
    new.late_look_at = new.due_by;
    return new;
end
$$;
create trigger look_when_deadline_passes before update of due_by on consultation
    for each row when (new.due_by is distinct from old.due_by) execute function look_when_deadline_passes();
-- Of those who did not come, only the last days: nobody is to hear of what was settled long ago.
update consultation
   set late_look_at = due_by
 where due_by is not null
   and (state in ('awaiting', 'waitlisted', 'booked') or (state = 'missed' and due_by > now() - interval '14 days'));

-- Deadlines that staff gave up, and why. A nearer deadline is another one.
create table late_given_up (
    consultation_id uuid        not null references consultation,
    due_by          timestamptz not null,
    reason          text        not null,
    given_up_by     uuid        not null, -- staff id
    given_up_at     timestamptz not null,
    primary key (consultation_id, due_by)
);
"""


def upgrade() -> None:
    run_sql(VERSIONS)
    run_sql(DEADLINES)
