"""The short form: what a request cannot be without, on one page. Two doors show it: our own page, and a frame elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from services.intake.callers import share_of
from services.intake.changed_again import hear_risk
from services.intake.desk import Desk
from services.intake.domain.draft import ClinicRules, Submission, submission_of
from services.intake.domain.guided.accept import LANGUAGES, PageRefused, Typed, accept
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.walk import Walk
from services.intake.domain.reasons import Reason
from services.intake.domain.risk import crisis_words_before_sending
from services.intake.domain.words import ENGLISH, Words
from services.intake.pages.guided.asked import Shown, asked
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.typed import typed_in
from services.intake.pages.request_fields import fell_into_trap
from services.intake.store.shipped_rules import shipped_rules
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.submit_request import Door, Submitted, submit_request
from shared.database import Transaction
from shared.web.form_key import FIELD, FormKeyRefused, FormTooOld
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key

ASKED = ("name", "contact", "reasons", "when")
"""Of the questions that are asked one by one, those that a request cannot be without."""
SAME_ON_THE_WAY_BACK = {"Cache-Control": "private, no-cache"}
"""The empty form says nothing about anybody. With `no-store` a browser that goes back would fetch another form key, and
sending again would be a second request; so it may keep this page, and shows it with the key it had."""


@dataclass(frozen=True, slots=True)
class ShortForm:
    """One of the doors. `place` is its address without the language, `client` whose its keys are."""

    template: str
    place: str
    client: str
    lead_to: Callable[[Submitted, str], str]
    """Where a browser goes when the request is kept, in this language."""

    def empty(self, drawn: Drawn, desk: Desk) -> Response:
        page = self._show(drawn, desk.form_keys.new())
        page.headers.update(SAME_ON_THE_WAY_BACK)
        return page

    async def take(self, request: Request, drawn: Drawn, desk: Desk) -> Response:
        """Pressing send twice keeps one request. The field that people do not see refuses nobody: a browser that fills in
        everything would do it again each time."""
        sent = await request.form()
        typed = typed_in(sent)
        said = drawn.spoken.texts.guided.embedded
        try:
            key = await form_key(request, desk.form_keys, self.client)
        except (FormKeyRefused, FormTooOld):
            return self._show(drawn, desk.form_keys.new(), typed, {"form": drawn.spoken.say(said.too_old)})
        door = Door(desk.settings.clinic, desk.settings.public_url)
        try:
            submission = _submission(typed, clinic_rules(door.clinic, desk.clock.now()), door, drawn.language)
        except PageRefused as refused:
            return self._show(drawn, str(sent[FIELD]), typed, drawn.spoken.sentences(refused.errors))
        cipher, share = await desk.keyring.newcomer(), share_of(request)

        async def do(tx: Transaction) -> Answer:
            counted = share(submission, fell_into_trap(sent))
            submitted = await submit_request(tx, submission, cipher, door, counted, language=drawn.language)
            return Answer.see_other(self.lead_to(submitted, drawn.language))

        try:
            return (await desk.answers.once(desk.database.together, key, do)).response()
        except (KeyUsedForAnother, AnswerGone):
            await hear_risk(desk, key, submission)
            return self._show(drawn, desk.form_keys.new(), typed, {"form": drawn.spoken.say(said.sent_before)})

    def around(self, drawn: Drawn) -> dict[str, Any]:
        languages = [(language, name, f"{self.place}/{language}") for language, name in drawn.site.in_languages()]
        return {**drawn.around(languages), "embedded": drawn.spoken.texts.guided.embedded}

    def _show(
        self, drawn: Drawn, key: str, typed: Shown | None = None, errors: Mapping[str, str] | None = None
    ) -> Response:
        walk, clinic = Walk(Answers(), shipped_rules()), drawn.clinic
        at_risk = Reason.SUICIDAL_IDEATION in (typed or {}).get("reasons", ())
        help_now = crisis_words_before_sending(clinic.crisis_line, clinic.emergency_line, drawn.language)
        return drawn.pages.page(
            self.template,
            status=422 if errors else 200,
            headers={"Content-Language": drawn.language},
            **self.around(drawn),
            action=f"{self.place}/{drawn.language}",
            asked={slug: asked(slug, walk, drawn.spoken) for slug in ASKED},
            form_key=key,
            shown=typed or {},
            errors=dict(errors or {}),
            crisis=help_now if at_risk else "",
        )


def _submission(typed: Typed, rules: ClinicRules, door: Door, language: str) -> Submission:
    """Raises PageRefused with every mistake of the form."""
    walk, answers, errors = Walk(Answers(), shipped_rules()), Answers(), dict[str, Words]()
    writes_in = language if language in LANGUAGES else ENGLISH
    for slug in ASKED:
        try:
            answers = answers.with_page(slug, accept(slug, {**typed, "language": [writes_in]}, walk, rules))
        except PageRefused as refused:
            errors |= refused.errors
    if errors:
        raise PageRefused(errors)
    return submission_of(answers.draft, rules, door.by)
