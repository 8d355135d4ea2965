"""What stands around the questions that staff have asked, in the languages we have."""

from services.intake.domain.cssrs import Reply
from services.intake.domain.words import Words, words

WORDS: dict[str, Words] = {
    "title": words("A few questions about your request", es="Unas preguntas sobre su solicitud"),
    "lead": words(
        "We have read your request and would like to know a little more. Write what you can; you may leave out anything. "
        "Only the people who care for you here read it.",
        es="Hemos leído su solicitud y quisiéramos saber un poco más. Escriba lo que pueda; puede dejar lo que quiera sin "
        "contestar. Solo lo leen las personas que le atienden aquí.",
    ),
    "send": words("Send my answers", es="Enviar mis respuestas"),
    "sealed": words("Your answers are encrypted.", es="Sus respuestas van cifradas."),
    "thanks": words("We have your answers", es="Tenemos sus respuestas"),
    "next": words(
        "Thank you. Somebody here reads them, and then you hear from us. Nothing more is needed from you now.",
        es="Gracias. Alguien de aquí las lee y después tendrá noticias nuestras. No hace falta nada más por ahora.",
    ),
    "more": words("Add something", es="Añadir algo"),
    "over": words(
        "Your request has ended in the meantime, so you need not answer. What you write all the same is read.",
        es="Su solicitud ya terminó, así que no hace falta contestar. Si escribe algo de todos modos, lo leemos.",
    ),
    "nothing": words("Write an answer to at least one question.", es="Conteste al menos una pregunta."),
    "choose": words("Choose yes or no, or leave it out.", es="Elija sí o no, o déjelo sin contestar."),
    "too_long": words("Write at most {most} characters.", es="Escriba como máximo {most} caracteres."),
    "again": words(
        "This page was open for long. Nothing was lost: look your answers through and send them again.",
        es="Esta página estuvo abierta mucho tiempo. No se perdió nada: revise sus respuestas y envíelas otra vez.",
    ),
    "ended": words("This link has ended", es="Este enlace ya no funciona"),
    "ended_text": words(
        "For your safety a link works for two weeks. What you have answered is kept.",
        es="Por su seguridad, un enlace funciona dos semanas. Lo que contestó está guardado.",
    ),
    "renew_text": words(
        "We can send a new one to the email address we have from you. It comes within minutes. If nothing comes, call us.",
        es="Podemos enviarle uno nuevo al correo que tenemos de usted. Llega en unos minutos. Si no llega nada, llámenos.",
    ),
    "renew": words("Send me a new link", es="Enviarme un enlace nuevo"),
    "no_more": words(
        "Nothing more is needed from you here. If you have a question, call us.",
        es="Aquí no hace falta nada más. Si tiene una pregunta, llámenos.",
    ),
    "renewed": words("Look into your mailbox", es="Mire su correo"),
    "renewed_text": words(
        "If a new link could be sent, it comes within minutes; look also among unwanted mail. This one stays closed. If "
        "nothing comes, call us.",
        es="Si se pudo enviar un enlace nuevo, llega en unos minutos; mire también en el correo no deseado. Este sigue "
        "cerrado. Si no llega nada, llámenos.",
    ),
    "call": words("Call", es="Llamar al"),
    "text": words("Text", es="Escribir al"),
    "crisis_title": words("Help is there right now", es="Hay ayuda ahora mismo"),
    "crisis": words(
        "You told us about thoughts of suicide, or of harming yourself. You need not be alone with that: call or text "
        "{crisis} at any hour, free and private. If a life is in danger, call {emergency}. Our staff have been told as well "
        "and will contact you, but do not wait for us.",
        es="Nos contó que piensa en el suicidio o en hacerse daño. No tiene que quedarse solo(a) con eso: llame o escriba al "
        "{crisis} a cualquier hora, gratis y en confianza. Si hay una vida en peligro, llame al {emergency}. También hemos "
        "avisado a nuestro personal, que se comunicará con usted, pero no nos espere.",
    ),
    Reply.YES: words("Yes", es="Sí"),
    Reply.NO: words("No", es="No"),
}
