-- What every service's schema needs to say and hear events. Frozen: changes come as a new file.

-- Outbox ---------------------------------------------------------------------------------------------------------
-- Partitioned by day, kept 400 days: Kafka can be filled again from here. `seq` orders the events of one aggregate,
-- because the aggregate's row is locked before its event gets a number; it says nothing about different aggregates.
create sequence outbox_seq;
create table outbox (
    seq          bigint      not null default nextval('outbox_seq'),
    event_id     uuid        not null,
    recorded_at  timestamptz not null,
    lane         smallint    not null check (lane between 0 and 63),
    topic        text        not null,
    key          text        not null,
    headers      text        not null, -- JSON object; read by the relay only, so never parsed here
    body         bytea       not null,
    published_at timestamptz,
    "partition"  integer,              -- where the record stands in Kafka,
    "offset"     bigint,               -- remembered so that a cut log is noticed and filled again
    log_epoch    integer,
    parked_at    timestamptz,          -- set when the row cannot be sent; holds back its key, raises an alert
    parked_why   text,
    primary key (seq, recorded_at)
) partition by range (recorded_at);
create index outbox_unpublished on outbox (lane, seq) where published_at is null;
create index outbox_place on outbox (topic, "partition", "offset") where published_at is not null;
create table outbox_rest partition of outbox default;

-- The runtime role owns nothing and so cannot add partitions itself; it may call this.
create function add_outbox_partitions(first_day date, days integer) returns void
    language plpgsql security definer set search_path from current as
$$
declare
    day date;
begin
    for day in select first_day + n from generate_series(0, days - 1) as n loop
        if to_regclass(format('outbox_%s', to_char(day, 'YYYYMMDD'))) is null then
            execute format('create table outbox_%s partition of outbox for values from (%L) to (%L)',
                           to_char(day, 'YYYYMMDD'), day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
        end if;
    end loop;
end
$$;

-- Relay ----------------------------------------------------------------------------------------------------------
create table relay_lane (
    lane         smallint primary key check (lane between 0 and 63),
    owner        uuid,
    epoch        bigint      not null default 0, -- fencing: rises whenever the lane changes hands
    leased_until timestamptz not null default '-infinity'
);
insert into relay_lane (lane) select generate_series(0, 63);

create table log_state (
    topic          text    not null,
    "partition"    integer not null,
    highest_offset bigint  not null default -1,
    log_epoch      integer not null default 0,
    primary key (topic, "partition")
);

-- Consumer -------------------------------------------------------------------------------------------------------
-- The position is moved by compare-and-set in the effect's own transaction; offsets in Kafka are for displays only.
create table consumer_position (
    consumer_group text    not null,
    topic          text    not null,
    "partition"    integer not null,
    next_offset    bigint  not null,
    log_epoch      integer not null default 0,
    moved_at       timestamptz not null default now(),
    primary key (consumer_group, topic, "partition")
);

create table inbox (
    handler    text        not null,
    event_id   uuid        not null,
    handled_at timestamptz not null default now(),
    primary key (handler, event_id)
);

-- Written before each batch and removed with its effect: what is found here after a start had died in hand.
create table batch_in_hand (
    consumer_group text    not null,
    topic          text    not null,
    "partition"    integer not null,
    first_offset   bigint  not null,
    last_offset    bigint  not null,
    deaths         integer not null default 0,
    taken_at       timestamptz not null default now(),
    primary key (consumer_group, topic, "partition")
);

create table dead_letter (
    id             uuid        primary key,
    consumer_group text        not null,
    handler        text        not null,
    topic          text        not null,
    "partition"    integer     not null,
    "offset"       bigint      not null,
    log_epoch      integer     not null,
    sealed_key     bytea,
    sealed_value   bytea,
    sealed_headers bytea,
    failure        text        not null, -- a class of error, safe to show
    sealed_error   bytea,                -- its text and traceback, which may quote a person
    tries          integer     not null,
    recorded_at    timestamptz not null default now(),
    redriven_at    timestamptz,
    unique (consumer_group, topic, "partition", "offset", log_epoch)
);
