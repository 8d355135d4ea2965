-- Frozen: changes come as a new revision.
alter table consultation
    drop constraint consultation_state_check,
    add constraint consultation_state_check
        check (state in ('scheduled', 'waitlisted', 'cancelled', 'missed', 'completed')),
    add decision text check (decision in ('suitable', 'not-suitable', 'more-information')),
    add constraint consultation_decided check ((state = 'completed') = (decision is not null));

-- As before; what was decided, and who did not come, waits for nobody here.
create or replace view request_line as
    select request.id as request_id, heard.starts_at, found.waits,
           case when found.at_risk then 0
                when found.closed then 7
                when found.waits and found.asked then 2
                when found.waits then 1
                when heard.state = 'waitlisted' then 4
                when heard.state = 'scheduled' then 5 -- and 6 once its time has passed
                else 3 end as place
      from consultation_request as request
      left join consultation as heard on heard.request_id = request.id,
           lateral (
               select exists (select from risk_flag as flag
                               where flag.request_id = request.id
                                 and not exists (select from alert_acknowledgement as taken
                                                  where taken.alert_id = flag.id)) as at_risk,
                      request.withdrawn_at is not null or request.declined_at is not null
                      or coalesce(heard.state in ('cancelled', 'missed', 'completed'), false) as closed,
                      request.disposition = 'await'
                      and request.withdrawn_at is null and request.declined_at is null as waits,
                      request.asked_at is not null
                      and (request.answered_at is null or request.answered_at < request.asked_at) as asked
           ) as found;
