"""When a message is overtaken: the one fence, read whenever a message is planned, called back or about to go."""

# The one fence: newer news of the appointment, the consultation or the request, an appointment that is over, a request
# that is given up, or has been sent, or is offered no time because it has one, or about which there is something better
# to say than that it has arrived; a questionnaire that is done; a question that was taken back.
NO_LONGER_TRUE = """
    (exists (select from appointment_known known
              where known.appointment_id = message.about_id
                and (known.revision > message.revision or known.ended_at is not null))
     or exists (select from consultation_known known
                 where known.consultation_id = message.about_id and known.version > message.revision)
     or (message.kind = 'slot-offered'
         and exists (select from consultation_known known
                      where known.request_id = message.request_id and known.state <> 'waitlisted'))
     or (message.kind in ('move-proposed', 'time-stays')
         and exists (select from appointment_known known
                      where known.appointment_id = message.appointment_id
                        and (known.revision > message.revision or known.ended_at is not null)))
     or (message.kind = 'move-proposed'
         and exists (select from move_withdrawn_known known where known.offer_id = message.about_id))
     or (message.kind = 'request-received'
         and exists (select from consultation_known known where known.request_id = message.about_id))
     or exists (select from request_known known
                 where known.request_id = message.request_id
                   and case when message.kind = 'request-paused' then true
                            when message.kind = 'information-asked' or message.kind like 'consultation-declined%'
                            then known.version > message.revision
                            when message.kind in ('request-received', 'consultation-scheduled',
                                                  'consultation-waitlisted', 'change-link', 'slot-offered')
                            then known.withdrawn_at is not null or known.declined_at is not null
                       end)
     or (message.kind = 'scales-due'
         and exists (select from questionnaire_known known
                      where known.questionnaire_id = message.about_id and known.finished_at is not null)))
"""
