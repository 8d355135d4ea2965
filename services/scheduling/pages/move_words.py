"""What patients read while they are asked about another time for their appointment, in each language that we have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MoveWords:
    """`{was}` is the time that cannot be kept, `{until}` the deadline, `{phone}` the clinic's."""

    title: str
    heading: str
    cannot: str
    instead: str
    yours_until: str
    where: str
    accept: str
    other: str
    decline: str
    call: str
    how: str
    accepted_heading: str
    accepted: str
    declined_heading: str
    declined: str
    lapsed_heading: str
    lapsed: str
    stays_heading: str
    stays: str
    settled_heading: str
    settled: str
    gone_heading: str
    gone: str
    over_heading: str
    over: str
    unknown_heading: str
    unknown: str


EN = MoveWords(
    title="Another time for your appointment",
    heading="Your appointment needs another time",
    cannot="We are sorry: your appointment on {was} cannot take place at that time, because the clinic’s day has changed.",
    instead="This time is kept for you instead",
    yours_until="Yours until {until}",
    where="Where",
    accept="Yes, I take this time",
    other="Choose another time",
    decline="It does not suit me",
    call="Call us",
    how="If it does not suit you, we call you to find a time together.",
    accepted_heading="Thank you, the time is yours",
    accepted="We have moved your appointment, and we write to you to confirm it. You need not do anything else.",
    declined_heading="Thank you for telling us",
    declined="We call you to find another time together. You can also call us at {phone}.",
    lapsed_heading="The time is not kept any more",
    lapsed="We kept it for you until {until}. We call you to find another time together; you can also call us at {phone}.",
    stays_heading="Your appointment stays as it was",
    stays="It can take place at this time after all. You need not do anything. If you have made other plans meanwhile, call us "
    "at {phone}.",
    settled_heading="Your appointment has another time",
    settled="There is nothing to answer any more.",
    gone_heading="This time cannot be kept either",
    gone="We are sorry. We call you to find another time together; you can also call us at {phone}.",
    over_heading="There is nothing to answer any more",
    over="If you think there should be, call us at {phone}.",
    unknown_heading="This link does not lead anywhere",
    unknown="Check that the address is complete: mail programs sometimes break a long link in two. If it still does not "
    "work, call us at {phone}.",
)
ES = MoveWords(
    title="Otra hora para su cita",
    heading="Su cita necesita otra hora",
    cannot="Lo sentimos: su cita del {was} no puede tener lugar a esa hora, porque ha cambiado nuestro horario.",
    instead="En su lugar le guardamos esta hora",
    yours_until="Suya hasta el {until}",
    where="Dónde",
    accept="Sí, tomo esta hora",
    other="Elegir otra hora",
    decline="No me viene bien",
    call="Llamar",
    how="Si no le viene bien, le llamamos para encontrar juntos una hora.",
    accepted_heading="Gracias, la hora es suya",
    accepted="Hemos cambiado su cita y le escribimos para confirmarla. No tiene que hacer nada más.",
    declined_heading="Gracias por avisarnos",
    declined="Le llamamos para encontrar juntos otra hora. También puede llamarnos al {phone}.",
    lapsed_heading="Ya no guardamos esta hora",
    lapsed="Se la guardamos hasta el {until}. Le llamamos para encontrar juntos otra hora; también puede llamarnos al {phone}.",
    stays_heading="Su cita queda como estaba",
    stays="Al final puede tener lugar a esta hora. No tiene que hacer nada. Si mientras tanto ha hecho otros planes, llámenos "
    "al {phone}.",
    settled_heading="Su cita tiene otra hora",
    settled="Ya no hay nada que responder.",
    gone_heading="Esta hora tampoco se puede mantener",
    gone="Lo sentimos. Le llamamos para encontrar juntos otra hora; también puede llamarnos al {phone}.",
    over_heading="Ya no hay nada que responder",
    over="Si cree que debería haberlo, llámenos al {phone}.",
    unknown_heading="Este enlace no lleva a ninguna parte",
    unknown="Compruebe que la dirección esté completa: a veces los programas de correo cortan un enlace largo en dos. Si aun "
    "así no funciona, llámenos al {phone}.",
)
MOVE_WORDS = {"en": EN, "es": ES}
