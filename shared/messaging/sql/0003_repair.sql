-- What operators put right, and what a story needs to tell of it. Frozen: changes come as a new file.

-- Who did what, and why: written in the transaction of the act or of the order for it, and never changed.
create table repair (
    id       uuid        primary key,
    act      text        not null check (act in ('redrive', 'replay', 'release', 'set-aside')),
    operator text        not null check (operator <> ''),
    why      text        not null check (why <> ''),
    asked_at timestamptz not null default now(),
    facts    jsonb       not null -- what it is about: places, ids, counts; nothing that names a person
);

-- A redrive is an order to the service, which alone has the reactions and the key to the seals.
create table redrive (
    repair_id   uuid        primary key references repair,
    dry_run     boolean     not null,
    holder      uuid,        -- the process at work on it,
    held_until  timestamptz, -- by the database's clock
    finished_at timestamptz
);
create index redrive_open on redrive (repair_id) where finished_at is null;

create table redrive_letter (
    repair_id    uuid        not null references redrive,
    letter_id    uuid        not null references dead_letter,
    place        integer,     -- the order in which letters are taken, oldest first
    line         integer,     -- letters of one key for one reaction: none is taken after one that failed
    begun        integer     not null default 0, -- counted before a letter is taken, so that deaths are counted too
    outcome      text        check (outcome in ('handled', 'known', 'redriven-before', 'would-be-handled', 'failed',
                                                'unreadable', 'no-reaction', 'held-back', 'sealed')),
    failure      text,        -- a class of error, safe to show
    sealed_error bytea,
    settled_at   timestamptz,
    primary key (repair_id, letter_id)
);
create index redrive_of_letter on redrive_letter (letter_id);

create index dead_letter_waiting on dead_letter (recorded_at) where redriven_at is null;

-- Of which event, where that could be read: so that an event's story tells of its dead letter.
alter table dead_letter add column event_id uuid;
create index dead_letter_of_event on dead_letter (event_id) where event_id is not null;

-- At which try an event was handled. Null is the first, which costs no byte.
alter table inbox add column tries smallint;

-- An operator has decided that a parked row is not to be sent: the service makes a dead letter of it.
alter table outbox_waiting add column set_aside_by uuid references repair;
