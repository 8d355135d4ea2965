-- What is about a patient's safety goes to Kafka first, however much else waits. Frozen: changes come as a new file.
alter table outbox_waiting add column safety boolean not null default false;
create index outbox_safety on outbox_waiting (seq) where safety;
