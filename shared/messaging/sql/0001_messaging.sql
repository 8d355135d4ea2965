-- What every service's schema needs to say and hear events. Frozen: changes come as a new file.

-- Outbox ---------------------------------------------------------------------------------------------------------
-- An event is written to outbox_waiting in the transaction that caused it, and moves to outbox_sent when Kafka has
-- acknowledged it. So the relay always reads one small table from its beginning, and the years lie in partitions that
-- only grow. `seq` orders the events of one aggregate, because the aggregate's row is locked before its event gets a
-- number; it says nothing about different aggregates, and numbers become visible out of order.
create sequence outbox_seq;
create table outbox_waiting (
    seq         bigint      primary key default nextval('outbox_seq'),
    event_id    uuid        not null,
    recorded_at timestamptz not null,
    lane        smallint    not null check (lane between 0 and 63),
    topic       text        not null,
    key         text        not null,
    headers     text        not null, -- JSON object; read by the relay only, so never parsed here
    body        bytea       not null,
    parked_at   timestamptz,          -- set when the row cannot be sent; holds back its key, raises an alert
    parked_why  text
) with (
    -- Rows live here for milliseconds: clean up by number of rows, not by share of a table that is mostly empty.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_cost_delay = 0, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000
);
create index outbox_parked on outbox_waiting (key) where parked_at is not null;

-- Kept 400 days, by day: Kafka can be filled again from here.
create table outbox_sent (
    seq          bigint      not null,
    event_id     uuid        not null,
    recorded_at  timestamptz not null,
    lane         smallint    not null,
    topic        text        not null,
    key          text        not null,
    headers      text        not null,
    body         bytea       not null,
    published_at timestamptz not null,
    "partition"  integer     not null, -- where the record stands in Kafka, remembered
    "offset"     bigint      not null, -- so that a cut log is noticed and filled again
    log_epoch    integer     not null,
    primary key (seq, recorded_at)
) partition by range (recorded_at);
create index outbox_place on outbox_sent (topic, "partition", "offset");
create table outbox_sent_rest partition of outbox_sent default;

-- Everything ever said, sent or not.
create view outbox as
    select seq, event_id, recorded_at, lane, topic, key, headers, body,
           published_at, "partition", "offset", log_epoch, null::timestamptz as parked_at, null::text as parked_why
      from outbox_sent
    union all
    select seq, event_id, recorded_at, lane, topic, key, headers, body,
           null, null, null, null, parked_at, parked_why
      from outbox_waiting;

-- The runtime role owns nothing and so cannot add partitions itself; it may call these two.
create function add_outbox_partitions(first_day date, days integer) returns integer
    language plpgsql security definer set search_path from current as
$$
declare
    day   date;
    name  text;
    made  integer := 0;
    since timestamptz;
    until timestamptz;
begin
    perform pg_advisory_xact_lock(hashtext('outbox partitions'));
    for day in select first_day + n from generate_series(0, days - 1) as n loop
        name := format('outbox_sent_%s', to_char(day, 'YYYYMMDD'));
        if to_regclass(name) is null then
            since := day::timestamp at time zone 'UTC';
            until := (day + 1)::timestamp at time zone 'UTC';
            -- Filled before it is attached: rows of a day that was not made in time stand in the default partition.
            execute format('create table %I (like outbox_sent including all)', name);
            execute format('with late as (delete from outbox_sent_rest where recorded_at >= %L and recorded_at < %L returning *)
                            insert into %I select * from late', since, until, name);
            execute format('alter table outbox_sent attach partition %I for values from (%L) to (%L)', name, since, until);
            made := made + 1;
        end if;
    end loop;
    return made;
end
$$;

-- Only sent rows lie in partitions; what is still waiting is never dropped.
create function drop_outbox_partitions(before date) returns integer
    language plpgsql security definer set search_path from current as
$$
declare
    name    text;
    dropped integer := 0;
begin
    if before > current_date - 400 then
        raise exception 'outbox rows are kept 400 days; % is too recent', before;
    end if;
    perform pg_advisory_xact_lock(hashtext('outbox partitions'));
    for name in
        select child.relname
          from pg_inherits
          join pg_class as child on child.oid = inhrelid
         where inhparent = 'outbox_sent'::regclass
           and child.relname ~ '^outbox_sent_[0-9]{8}$'
           and child.relname < format('outbox_sent_%s', to_char(before, 'YYYYMMDD'))
    loop
        execute format('drop table %I', name);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;

-- Relay ----------------------------------------------------------------------------------------------------------
-- Every relay that can reach the broker; what it takes to share the lanes fairly.
create table relay (
    id          uuid        primary key,
    alive_until timestamptz not null
);

create table relay_lane (
    lane         smallint primary key check (lane between 0 and 63),
    owner        uuid,
    epoch        bigint      not null default 0, -- fencing: rises whenever the lane changes hands
    leased_until timestamptz not null default '-infinity'
) with (fillfactor = 50);
insert into relay_lane (lane) select generate_series(0, 63);

-- What the relay remembers of each log. The epoch rises when a log turns out to be cut.
create table log_state (
    topic          text    not null,
    "partition"    integer not null,
    highest_offset bigint  not null default -1,
    log_epoch      integer not null default 0,
    primary key (topic, "partition")
) with (fillfactor = 50);

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
