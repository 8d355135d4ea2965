"""What patients read while they answer the offer of a free time, in each language that we have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfferWords:
    """`{until}` is the deadline, `{phone}` the clinic's."""

    title: str
    heading: str
    yours_until: str
    if_first: str
    where: str
    reference: str
    accept: str
    decline: str
    how: str
    accepted_heading: str
    accepted: str
    declined_heading: str
    declined: str
    lapsed_heading: str
    lapsed: str
    taken_heading: str
    taken: str
    over_heading: str
    over: str
    unknown_heading: str
    unknown: str
    call: str


EN = OfferWords(
    title="A time has become free",
    heading="A time has become free",
    yours_until="Yours until {until}",
    if_first="You can take it until {until}, if nobody else is faster",
    where="Where",
    reference="Your reference",
    accept="Yes, I take this time",
    decline="No, thank you",
    how="If you say no, you keep your place on the waiting list, and we offer you the next time.",
    accepted_heading="The time is yours",
    accepted="We have booked it for you, and we write to you to confirm it. You need not do anything else.",
    declined_heading="Thank you for telling us",
    declined="You keep your place on the waiting list. We write to you as soon as there is another time.",
    lapsed_heading="This offer has ended",
    lapsed="We kept the time for you until {until}. You keep your place on the waiting list, and we write to you as soon as "
    "there is another time.",
    taken_heading="Somebody else was a little faster",
    taken="We are sorry: this time is taken. You keep your place on the waiting list, and we write to you as soon as there "
    "is another time.",
    over_heading="This offer is over",
    over="There is nothing to answer any more. If you are still waiting for a time, you keep your place on the list, and we "
    "write to you as soon as there is another. If you think there should be something to answer, call us at {phone}.",
    unknown_heading="This link does not lead anywhere",
    unknown="Check that the address is complete: mail programs sometimes break a long link in two. If it still does not "
    "work, call us at {phone}.",
    call="Call us instead",
)
ES = OfferWords(
    title="Se ha liberado una hora",
    heading="Se ha liberado una hora",
    yours_until="Suya hasta el {until}",
    if_first="Puede tomarla hasta el {until}, si nadie se adelanta",
    where="Dónde",
    reference="Su referencia",
    accept="Sí, tomo esta hora",
    decline="No, gracias",
    how="Si dice que no, conserva su lugar en la lista de espera y le ofrecemos la siguiente hora.",
    accepted_heading="La hora es suya",
    accepted="Se la hemos reservado y le escribimos para confirmarla. No tiene que hacer nada más.",
    declined_heading="Gracias por avisarnos",
    declined="Conserva su lugar en la lista de espera. Le escribiremos en cuanto haya otra hora.",
    lapsed_heading="Esta oferta ha terminado",
    lapsed="Le guardamos la hora hasta el {until}. Usted conserva su lugar en la lista de espera, y le escribiremos en "
    "cuanto haya otra hora.",
    taken_heading="Otra persona se adelantó un poco",
    taken="Lo sentimos: esta hora ya está ocupada. Usted conserva su lugar en la lista de espera, y le escribiremos en "
    "cuanto haya otra hora.",
    over_heading="Esta oferta ya no es válida",
    over="Ya no hay nada que responder. Si todavía espera una hora, conserva su lugar en la lista, y le escribimos en cuanto "
    "haya otra. Si cree que debería haber algo que responder, llámenos al {phone}.",
    unknown_heading="Este enlace no lleva a ninguna parte",
    unknown="Compruebe que la dirección esté completa: a veces los programas de correo cortan un enlace largo en dos. Si aun "
    "así no funciona, llámenos al {phone}.",
    call="Prefiero llamar",
)
OFFER_WORDS = {"en": EN, "es": ES}
