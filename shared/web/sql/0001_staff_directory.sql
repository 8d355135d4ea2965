-- A service's own copy of the staff directory. Frozen: executed by the first migration of every schema.
create table staff_directory (
    staff_id uuid primary key,
    clinic_id uuid not null,
    display_name text not null,
    roles text[] not null,
    active boolean not null,
    sessions_revoked_before timestamptz,
    version bigint not null
);
