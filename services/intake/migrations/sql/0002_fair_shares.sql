-- Frozen: changes come as a new revision.
-- What one contact has taken of the calendar. The contact itself is not here: a keyed hash of it, forgotten after a while.
create table contact_share (
    clinic_id uuid        not null,
    contact   bytea       not null check (octet_length(contact) = 32),
    began_at  timestamptz not null, -- of the window in which `asked` counts
    asked     integer     not null,
    booked    uuid[]      not null, -- requests that may be booked by themselves and were not over when last looked at
    primary key (clinic_id, contact)
);
create index contact_share_by_age on contact_share (began_at);

-- Those of `booked` whose consultation still lies ahead, and `request` too while they are fewer than `most`. A function,
-- so that only a contact that asks again pays for the look at its earlier requests.
create function with_one_more(booked uuid[], request uuid, now timestamptz, most integer) returns uuid[]
language sql as $$
    select case when count(*) < most then array_append(coalesce(array_agg(ahead.id), '{}'), request)
                else coalesce(array_agg(ahead.id), '{}') end
      from unnest(booked) as ahead (id)
      left join consultation_request as earlier on earlier.id = ahead.id
      left join consultation on consultation.request_id = ahead.id
     where ahead.id <> request
           -- Not to be seen: this transaction is still about to write it.
       and (earlier.id is null or earlier.disposition = 'book' and earlier.withdrawn_at is null)
       and consultation.state is distinct from 'cancelled'
       and (consultation.starts_at is null or consultation.starts_at > now)
$$;

alter table consultation_request
    add held       text, -- why it was not left to be booked by itself
    add cleared_at timestamptz,
    add cleared_by uuid,
    add check (held in ('asked-often', 'booked-ahead', 'same-place', 'like-a-program')),
    add check ((cleared_at is null) = (cleared_by is null));
