"""What the pages of a questionnaire have to say, in one language. The words themselves are data: `questionnaire.toml`."""

from services.intake.domain.guided.said import Counting
from services.intake.domain.site import OneText, Paragraphs, Said


class Who(Said):
    """The page before all others."""

    title: OneText
    heading: OneText
    lead: OneText
    born: OneText
    last_name: OneText
    last_name_hint: OneText
    why: OneText
    go_on: OneText
    no_date: OneText
    no_name: OneText
    does_not_fit: OneText


class Renew(Said):
    """Where a link has ended; `sent` when a new one is on its way, `no_more` when only a person can help."""

    title: OneText
    heading: OneText
    text: Paragraphs
    button: OneText
    sent_heading: OneText
    sent: Paragraphs
    no_more: Paragraphs


class Unknown(Said):
    title: OneText
    heading: OneText
    text: Paragraphs


class Thanks(Said):
    title: OneText
    heading: OneText
    lead: OneText
    trend: OneText
    meaning: OneText
    scales: dict[str, OneText]
    when: OneText
    number: OneText
    before: OneText
    only_one: OneText
    response: OneText
    remission: OneText
    relevant: OneText
    not_yet: OneText
    left_out: OneText
    chart: Counting


class QuestionnaireTexts(Said):
    step: Counting
    who: Who
    renew: Renew
    unknown: Unknown
    thanks: Thanks
