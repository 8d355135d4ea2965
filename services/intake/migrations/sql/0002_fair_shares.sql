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

alter table consultation_request
    add held       text, -- why it was not left to be booked by itself
    add cleared_at timestamptz,
    add cleared_by uuid,
    add check (held in ('asked-often', 'booked-ahead', 'same-place', 'like-a-program')),
    add check ((cleared_at is null) = (cleared_by is null));
