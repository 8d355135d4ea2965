"""Whatever is typed on any page of a request: a sentence in the reader's language, what was typed kept, nothing saved."""

from typing import Any

import pytest

from services.intake.domain.guided.walk import CHECK
from tests.integration.intake.conftest import Intake
from tests.integration.intake.guided_pages import SHORTEST, Visitor

SCRIPT = "<script>alert(1)</script>"
RICH = "“Ines”\u00a0\u200bMarchetti\u202e"
WRONG: dict[str, list[dict[str, Any]]] = {
    "born": [
        {},
        {"born_year": "1984", "born_month": "2", "born_day": "30"},
        {"born_year": "2999", "born_month": "1", "born_day": "1"},
        {"born_year": "1850", "born_month": "1", "born_day": "1"},
        {"born_year": SCRIPT, "born_month": "1", "born_day": "1"},
    ],
    "name": [{"name": ""}, {"name": "x" * 500}, {"name": "\u202e"}, {"name": "Ines\x01Marchetti"}],
    "contact": [
        {},
        {"email": "ines@", "consents": "contact-email-1", "language": "en"},
        {"email": SCRIPT, "consents": "contact-email-1", "language": "en"},
        {"mobile": "12", "consents": "contact-sms-1", "language": "en"},
        {"email": "ines@example.com", "consents": "made-up", "language": "en"},
        {"email": "ines@example.com", "consents": "contact-email-1", "language": SCRIPT},
        {"email": "ines@example.com", "consents": "contact-phone-1", "language": "en"},
    ],
    "reasons": [{}, {"reasons": "toothache"}, {"reasons": ["depression", SCRIPT]}],
    "health-heart": [{}, {"blood-pressure": "maybe"}],
    "pain-nrs-1": [{}, {"pain-nrs-1": "11"}, {"pain-nrs-1": "-1"}, {"pain-nrs-1": SCRIPT}],
    "safety": [{}, {"safety": "skipped"}, {"safety": SCRIPT}],
    "when": [
        {"weekdays": "someday"},
        {"not_before": "2027-02-30"},
        {"not_before": "2001-01-01"},
        {"day_parts": SCRIPT},
    ],
    "consent": [{}, {"agreed": "privacy-0"}, {"agreed": SCRIPT}],
}


@pytest.mark.parametrize(("language", "sorry"), [("en", "correct"), ("es", "por corregir")])
async def test_what_cannot_be_is_said_on_every_page_and_nothing_of_it_is_kept(
    intake: Intake, language: str, sorry: str
):
    visitor = await Visitor(intake, language=language).begin()
    for slug, mistakes in WRONG.items():
        await visitor.walk_to(slug)
        for typed in mistakes:
            await visitor.press(**typed)

            assert visitor.status == 422, (slug, typed)
            assert visitor.slug == slug
            assert f"{sorry}</h2>" in visitor.page
            assert SCRIPT not in visitor.page
            await visitor.open(visitor.at)
            assert visitor.hidden["revision"] == "0"
    await visitor.walk_to(CHECK)


async def test_what_was_typed_stays_beside_what_is_wrong(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("contact")

    await visitor.press(email="ines@", mobile="(303) 555-0187", consents=["contact-email-1", "contact-sms-1"])

    assert 'value="ines@"' in visitor.page
    assert 'value="(303) 555-0187"' in visitor.page
    assert visitor.page.count(" checked") == 2


@pytest.mark.parametrize(
    "contact",
    [
        {"email": "ines+clinic@example.com", "consents": "contact-email-1"},
        {"email": "ines@bücher.example", "consents": "contact-email-1"},
        {"mobile": "+44 20 7946 0958", "consents": "contact-phone-1"},
        {"mobile": "+91 98765 43210", "consents": "contact-sms-1"},
    ],
)
async def test_people_from_anywhere_can_be_reached(intake: Intake, contact: dict[str, str]):
    visitor = await Visitor(intake, {**SHORTEST, "contact": {**contact, "language": "en"}}).begin()
    await visitor.walk_to(CHECK)

    await visitor.press()

    assert visitor.at.startswith("/r/")


async def test_a_name_pasted_with_its_formatting_is_a_name(intake: Intake):
    visitor = await Visitor(intake, {**SHORTEST, "name": {"name": RICH}}).begin()

    await visitor.walk_to(CHECK)

    assert "Marchetti" in visitor.read


async def test_a_script_for_a_name_is_shown_as_it_was_written(intake: Intake):
    visitor = await Visitor(intake, {**SHORTEST, "name": {"name": SCRIPT}}).begin()

    await visitor.walk_to(CHECK)

    assert SCRIPT not in visitor.page
    assert SCRIPT in visitor.read


@pytest.mark.parametrize("revision", ["", "x", "-3", "9" * 40, "²"])
async def test_a_revision_that_no_page_showed_overwrites_nothing(intake: Intake, revision: str):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("contact")
    await visitor.open(visitor.at.replace("contact", "name"))

    await visitor.press(name="Somebody Else", revision=revision)

    assert visitor.status == 409
