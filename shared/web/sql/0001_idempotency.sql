-- Which requests were already answered. Frozen: executed by the first migration of every schema.
-- The primary key is the guard: of two requests at once the second waits for the first one's transaction to end.
create table idempotency (
    client text not null check (octet_length(client) between 1 and 200),
    key text not null check (octet_length(key) between 1 and 200),
    body_hash bytea not null check (octet_length(body_hash) = 32),
    answer bytea,
    created_at timestamptz not null,
    primary key (client, key)
);

create index idempotency_created_at on idempotency (created_at);
