"""I5: nothing and nobody is in two places at a time, and what is booked is what stands.

A time that is held counts like one that is booked. Counted from the rows alone, so that it holds also where the
constraint was dropped: each range against the furthest end before it, in order of time.

A time is held for a request, for whoever is asked whether they want it, or by a member of staff. Behind an offer that
was not answered it ends by itself, a little after.
"""

from operations.auditing.check import Check

RESOURCES = """
    select 'booking ' || id as thing,
           coalesce(lower(during) >= max(upper(during)) over earlier, true) as holds
      from scheduling.resource_booking
     where active
    window earlier as (partition by resource_id order by lower(during), id
                       rows between unbounded preceding and 1 preceding)
"""

PATIENTS = """
    select 'appointment ' || id as thing,
           coalesce(starts_at >= max(ends_at) over earlier, true) as holds
      from scheduling.appointment
     where state not in ('cancelled', 'missed')
    window earlier as (partition by patient_id order by starts_at, id
                       rows between unbounded preceding and 1 preceding)
"""

TIME_IS_TAKEN = """
    select 'appointment ' || appointment.id as thing,
           case appointment.state
             when 'cancelled' then count(booking.id) = 0
             when 'missed' then true
             else count(booking.id) > 0
                  and bool_and(booking.during <@ tstzrange(appointment.starts_at, appointment.ends_at))
                  and (appointment.state <> 'held'
                       or exists (select from scheduling.hold
                                   where hold.appointment_id = appointment.id
                                     and (hold.starts_at, hold.ends_at) = (appointment.starts_at, appointment.ends_at))
                       or exists (select from scheduling.slot_offer as offer
                                   where offer.appointment_id = appointment.id
                                     and (offer.starts_at, offer.ends_at) = (appointment.starts_at, appointment.ends_at)
                                     and (offer.state = 'open' or appointment.held_until <= now()))
                       or (appointment.booked_by is not null
                           and not exists (select from scheduling.slot_offer as offer
                                            where offer.appointment_id = appointment.id)))
           end as holds
      from scheduling.appointment
      left join scheduling.resource_booking as booking on booking.appointment_id = appointment.id and booking.active
     group by appointment.id
"""

CONSULTATIONS = """
    select 'consultation ' || consultation.id as thing,
           case when consultation.state in ('booked', 'completed') then count(*) filter (where stands) = 1
                when consultation.state = 'missed' then count(*) filter (where stands) = 0 and count(appointment.id) > 0
                else count(*) filter (where stands) = 0
           end as holds
      from scheduling.consultation
      left join (select id, consultation_id, state <> 'missed' as stands
                   from scheduling.appointment
                  where state <> 'cancelled') as appointment on appointment.consultation_id = consultation.id
     group by consultation.id
"""

SESSIONS = """
    select 'session ' || session.id as thing,
           count(appointment.id) = 1
           and bool_and((session.state = 'cancelled') = (appointment.state = 'cancelled')
                        and (session.state = 'completed') = (appointment.state = 'completed')
                        and (session.state = 'missed') = (appointment.state = 'missed')) as holds
      from scheduling.session
      left join scheduling.appointment on appointment.session_id = session.id
     group by session.id
"""

CHECKS = (
    Check("I5", "no resource is booked twice at a time", RESOURCES),
    Check("I5", "no patient is booked twice at a time", PATIENTS),
    Check(
        "I5",
        "an appointment that stands has its resources, one that is held is held for somebody, one that was cancelled has none",
        TIME_IS_TAKEN,
    ),
    Check("I5", "a booked consultation has one appointment, another has none but what was missed", CONSULTATIONS),
    Check("I5", "a session has one appointment, which is as it is", SESSIONS),
)
