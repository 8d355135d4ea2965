"""Staff fill in the whole request with a caller: the same walk in their own frame, begun, paused, handed over and sent."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.domain.guided.unsent import DraftUnknown
from services.intake.domain.guided.walk import CHECK
from services.intake.domain.staff_actions import Actor
from services.intake.use_cases.fill_in_for_caller import TakenOver, hand_over, save_for_caller
from shared.events.staff import Role
from shared.events.values import ContactEnvelope, LinkTo
from shared.ids import uuid7
from shared.keyring.blind_index import BlindIndex
from shared.keyring.contact import open_contact
from tests.integration.intake.conftest import Intake, MakeIntake, words
from tests.integration.intake.guided import door_of
from tests.integration.intake.guided_pages import HTML, Visitor

CALLS = "/staff/requests/calls"


@dataclass
class OnThePhone(Visitor):
    """A member of staff with a caller."""

    call: str = ""

    async def begin(self, **typed: str) -> "OnThePhone":
        begun = await self.intake.http.post(CALLS, data={"language": self.language}, headers=HTML)
        await self._follow(begun)
        self.call = self.at
        await self.answer(**(typed or self.answers["who"]))
        return self

    async def press(self, **typed: Any) -> "OnThePhone":
        """The form of the question: the bar above it has one to sign out."""
        whole, self.page = self.page, self.page.partition("<main")[2]
        try:
            return await super().press(**typed)  # type: ignore[return-value] # it is this one
        except AssertionError:
            self.page = whole
            raise

    @property
    def place(self) -> str:
        """Where its pages stand, whatever is looked at now."""
        return "/".join(self.call.split("/")[:5])

    @property
    def request_id(self) -> str:
        return self.place.rpartition("/")[2]


@pytest.fixture
async def nurse(intake: Intake) -> OnThePhone:
    await intake.sign_in(Role.NURSE)
    return OnThePhone(intake)


async def test_the_whole_walk_is_filled_in_with_a_caller_and_sent(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to(CHECK)

    await nurse.press()

    assert nurse.status == 200, nurse.read
    assert "Ines Marchetti" in nurse.read
    [request] = await intake.rows("select * from consultation_request")
    assert request["entered_by"] == "staff"


async def test_what_was_agreed_aloud_is_kept_with_its_words_and_who_heard_it(intake: Intake):
    staff_id = await intake.sign_in(Role.NURSE)
    nurse = await (await OnThePhone(intake).begin()).walk_to(CHECK)

    await nurse.press()

    [consent] = await intake.rows("select wording_version, recorded_by from consent")
    assert consent == {"wording_version": "contact-email-1", "recorded_by": staff_id}
    assert "Yes, said aloud to Rosa Imani" in nurse.read


async def test_a_caller_who_asks_for_another_agrees_for_them(intake: Intake, nurse: OnThePhone):
    nurse.answers |= {
        "who": {"who": "other"},
        "helper": {"helper_name": "Noa Bright", "authority": "legal"},
        "contact": {"email": "noa@example.com", "consents": "contact-email-other-1", "language": "en"},
        "consent": {"agreed": "privacy-other-1"},
    }
    await (await nurse.begin()).walk_to("consent")
    assert "my health" not in nurse.read

    await nurse.answer()

    assert nurse.slug == CHECK
    assert "I agree, for the person I ask for," in nurse.read
    await nurse.press()
    [consent] = await intake.rows("select wording_version from consent")
    assert consent["wording_version"] == "contact-email-other-1"


async def test_it_is_on_record_who_began_and_who_sent_it(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to(CHECK)
    await intake.sign_in(Role.FRONT_DESK)

    await nurse.press()

    acts = await intake.rows("select act, role from caller_act order by id")
    assert acts == [{"act": "begun", "role": "nurse"}, {"act": "sent", "role": "front-desk"}]
    assert "Began it with the caller" in nurse.read
    assert "Sent it for the caller" in nurse.read


async def test_a_colleague_goes_on_where_it_was_paused_and_that_is_on_record(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to("reasons")
    await intake.sign_in(Role.CLINICIAN)

    await nurse.open(CALLS)
    assert "Ines Marchetti" in nurse.read
    await nurse.open(f"{CALLS}/{await request_id(intake)}")
    assert nurse.slug == "reasons"
    await nurse.answer()

    acts = await intake.rows("select act, role from caller_act order by id")
    assert acts[-1] == {"act": "continued", "role": "clinician"}


async def test_without_scripts_and_scheduling_the_page_asks_for_wishes(make_intake: MakeIntake):
    intake = await make_intake(scheduling_url=["http://127.0.0.1:1"])  # nobody listens there
    await intake.sign_in(Role.NURSE)
    nurse = await (await OnThePhone(intake).begin()).walk_to("when")
    address = nurse.at.replace("/when", "/free-times")

    answer = await intake.http.post(address, data={**nurse.hidden, "weekdays": "tuesday"}, headers=HTML)

    assert answer.status_code == 503
    assert "We cannot show free times at the moment." in words(answer.text)
    assert 'value="tuesday" checked' in answer.text


async def test_without_email_and_text_it_is_taken_all_the_same(intake: Intake, nurse: OnThePhone):
    nurse.answers["contact"] = {"language": "en"}
    await (await nurse.begin()).walk_to(CHECK)

    await nurse.press()

    [request] = await intake.rows("select reachable, entered_by from consultation_request")
    assert request == {"reachable": False, "entered_by": "staff"}


async def test_a_risk_is_raised_with_the_answer_and_the_page_says_what_to_do_at_once(intake: Intake, nurse: OnThePhone):
    nurse.answers["safety"] = {"safety": "yes"}
    await (await nurse.begin()).walk_to("safety")

    await nurse.answer()

    assert nurse.slug == "screener-wish"
    assert "Thoughts of suicide: stay on the line" in nurse.read
    assert "I am staying on the phone with you" in nurse.read
    assert [topic for topic, _ in await intake.said()] == ["risk-raised"]


async def test_what_to_say_in_danger_is_in_the_language_that_is_spoken(intake: Intake, nurse: OnThePhone):
    nurse.language, nurse.answers["safety"] = "es", {"safety": "yes"}
    nurse.answers["contact"] = {"email": "ines@example.com", "consents": "contact-email-1-es", "language": "es"}
    nurse.answers["consent"] = {"agreed": "privacy-1-es"}
    await (await nurse.begin()).walk_to("safety")

    await nurse.answer()

    assert "Me quedo al teléfono con usted" in nurse.read
    assert '<html lang="en-US"' in nurse.page
    assert '<div class="stack" lang="es">' in nurse.page


async def test_the_screener_is_asked_in_the_same_call_and_its_level_goes_out(intake: Intake, nurse: OnThePhone):
    nurse.answers["safety"] = {"safety": "yes"}
    await (await nurse.begin()).walk_to("safety")
    await nurse.answer()

    await nurse.walk_to_the_end_of_the_screener()

    levels = [body["level"] for topic, body in await intake.said() if topic == "risk-raised"]
    assert levels[-1] == "high"


async def test_handed_over_the_caller_goes_on_by_a_link_and_sends_it_themselves(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to("reasons")
    await nurse.open(f"{nurse.place}/en/later")
    await nurse.press()
    assert "The link is on its way" in nurse.read
    intake.http.cookies.clear()

    caller = await Visitor(intake).open(await mailed_link(intake))
    assert caller.slug == "reasons"
    await (await caller.walk_to(CHECK)).press()

    [request] = await intake.rows("select entered_by from consultation_request")
    assert request["entered_by"] == "patient"
    [consent] = await intake.rows("select recorded_by is not null as read_out from consent")
    assert consent["read_out"]


async def test_from_the_callers_first_own_answer_on_staff_see_nothing_of_it(intake: Intake, nurse: OnThePhone):
    caller = await handed_over_and_answered(intake, nurse)

    await nurse.open(nurse.place)

    assert caller.slug != "reasons"
    assert nurse.status == 409
    assert "The caller goes on alone" in nurse.read
    await nurse.open(CALLS)
    assert "Ines Marchetti" not in nurse.read


async def test_what_a_nurse_types_after_the_caller_took_over_is_not_kept_but_its_risk_is_raised(
    intake: Intake, nurse: OnThePhone
):
    await handed_over_and_answered(intake, nurse)

    sent = await intake.http.post(f"{nurse.place}/en/safety", data={"safety": "yes", "revision": "0"}, headers=HTML)

    assert sent.status_code == 409
    assert "risk-raised" in [topic for topic, _ in await intake.said()]


async def test_the_place_for_free_times_leads_the_whole_page_to_what_became_of_it(intake: Intake, nurse: OnThePhone):
    await handed_over_and_answered(intake, nurse)

    place = await intake.http.post(f"{nurse.place}/en/free-times", headers={**HTML, "HX-Request": "true"})

    assert (place.status_code, place.text) == (204, "")
    assert (await nurse.open(place.headers["hx-redirect"])).status == 409


async def test_what_the_caller_goes_on_with_is_not_staffs_to_send(intake: Intake, nurse: OnThePhone):
    caller = await handed_over_and_answered(intake, nurse)
    await caller.walk_to(CHECK)

    sent = await intake.http.post(f"{nurse.place}/en/check", headers=HTML)

    assert sent.status_code == 409
    assert await intake.count("consultation_request") == 0


async def test_nor_to_hand_over_again_not_even_at_the_moment_it_is_taken_over(intake: Intake, nurse: OnThePhone):
    await handed_over_and_answered(intake, nurse)
    [draft] = await intake.rows("select request_id, patient_id from request_draft")
    cipher = await intake.app.state.keyring.cipher(draft["patient_id"])
    index = BlindIndex.from_settings(intake.app.state.settings, "intake")
    by = Actor(uuid7(), "Rosa Imani", Role.NURSE)

    with pytest.raises(TakenOver):
        async with intake.database.transaction() as tx:
            await hand_over(
                tx, intake.clinic_id, draft["request_id"], cipher, door_of(intake), index, timedelta(days=30), by
            )


async def test_a_second_link_ends_the_first(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to("reasons")
    links = []
    for _ in range(2):
        await nurse.open(f"{nurse.place}/en/later")
        await nurse.press()
        links.append(await mailed_link(intake))

    ended, opened = [await intake.http.get(link, headers=HTML, follow_redirects=True) for link in links]

    assert (ended.status_code, opened.status_code) == (410, 200)


async def test_a_full_mailbox_gets_no_link_and_staff_are_told(intake: Intake, nurse: OnThePhone):
    for _ in range(2):
        await (await nurse.begin()).walk_to("reasons")
        for _ in range(3):
            await nurse.open(f"{nurse.place}/en/later")
            await nurse.press()
    await (await nurse.begin()).walk_to("reasons")
    await nurse.open(f"{nurse.place}/en/later")

    await nurse.press()

    assert nurse.status == 422
    assert "This mailbox has had 6 such links today" in nurse.read


async def test_an_answer_of_another_window_is_not_overwritten(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to("name")
    sent = {"name": "Ines Marchetti", "revision": "0"}
    await intake.http.post(f"{nurse.place}/en/name", data=sent, headers=HTML)

    answer = await intake.http.post(f"{nurse.place}/en/name", data={**sent, "name": "Inés M."}, headers=HTML)

    assert answer.status_code == 409
    assert "Ines Marchetti" in words(answer.text)


async def test_somebody_under_18_leaves_nothing(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to("born")

    await nurse.press(born_year="2015", born_month="1", born_day="1")

    assert "We treat adults only" in nurse.read
    await nurse.open(nurse.place)
    assert nurse.slug == "born"


@pytest.mark.parametrize("roles", [(Role.ADMINISTRATOR,), ()])
async def test_nobody_else_opens_keeps_or_sends_it(intake: Intake, nurse: OnThePhone, roles: tuple[Role, ...]):
    await (await nurse.begin()).walk_to("name")
    intake.http.cookies.clear()
    if roles:
        await intake.sign_in(*roles)

    for address in (CALLS, nurse.place, f"{nurse.place}/en/name", f"{nurse.place}/en/check", f"{nurse.place}/en/later"):
        looked = await intake.http.get(address, headers=HTML)
        assert looked.status_code in ((403,) if roles else (303,)), address
        sent = await intake.http.post(address, data={"name": "Someone", "revision": "0"}, headers=HTML)
        assert sent.status_code in ((403, 405) if roles else (303, 401, 405)), address

    assert (await intake.rows("select count(*) as n from caller_act"))[0]["n"] == 1
    [draft] = await intake.rows("select saved_at, sent_at from request_draft")
    assert draft["sent_at"] is None


async def test_a_request_that_a_patient_began_does_not_open_here(intake: Intake, nurse: OnThePhone):
    patient = await (await Visitor(intake).begin()).walk_to("reasons")
    theirs = await request_id(intake)

    looked = await intake.http.get(f"{CALLS}/{theirs}/en/name", headers=HTML)
    typed = await intake.http.post(f"{CALLS}/{theirs}/en/name", data={"name": "X", "revision": "1"}, headers=HTML)
    by_token = await intake.http.get(f"{CALLS}/{patient.link.rpartition('/')[2]}/en/name", headers=HTML)

    assert (looked.status_code, typed.status_code) == (404, 404)
    assert by_token.status_code in (404, 422)


async def test_nor_stands_in_the_list_nor_is_kept_or_sent_past_the_page(intake: Intake, nurse: OnThePhone):
    await (await Visitor(intake).begin()).walk_to("reasons")
    [draft] = await intake.rows("select request_id, patient_id, reference from request_draft")
    cipher, by = await intake.app.state.keyring.cipher(draft["patient_id"]), Actor(uuid7(), "Rosa Imani", Role.NURSE)

    assert draft["reference"] not in (await nurse.open(CALLS)).read
    with pytest.raises(DraftUnknown):
        async with intake.database.transaction() as tx:
            await save_for_caller(tx, intake.clinic_id, draft["request_id"], cipher, "name", {"name": ("X",)}, 1, by)


async def test_the_id_of_a_callers_request_is_no_link(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to("name")

    looked = await intake.http.get(f"/request/g/{nurse.request_id}/en/name", headers=HTML)

    assert looked.status_code == 410


async def test_another_clinics_caller_is_unknown(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to("name")
    async with intake.database.transaction() as tx:
        await tx.execute("update request_draft set clinic_id = gen_random_uuid()")

    await nurse.open(nurse.place)

    assert nurse.status == 404


async def test_sent_twice_it_is_one_request(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to(CHECK)

    first, second = [await intake.http.post(nurse.at, headers=HTML) for _ in range(2)]

    assert first.headers["location"] == second.headers["location"]
    assert await intake.count("consultation_request") == 1


async def test_a_page_that_comes_after_it_was_sent_leads_to_the_request(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to(CHECK)
    await nurse.press()

    late = await intake.http.post(
        f"{CALLS}/{await request_id(intake)}/en/name", data={"name": "X", "revision": "0"}, headers=HTML
    )

    assert late.headers["location"] == f"/staff/requests/{await request_id(intake)}"


async def test_a_reference_finds_what_is_not_sent_yet(intake: Intake, nurse: OnThePhone):
    await (await nurse.begin()).walk_to("reasons")
    [draft] = await intake.rows("select reference from request_draft")

    found = await intake.http.post("/staff/requests/search", data={"find": draft["reference"]}, headers=HTML)
    named = await intake.http.get(f"/staff/requests/references/{draft['reference']}")

    assert "is not sent yet" in words(found.text)
    assert f"{nurse.place}" in found.text
    assert named.json()["requested_at"] is None


async def test_a_reference_tells_nothing_of_what_a_patient_has_not_sent(intake: Intake, nurse: OnThePhone):
    await (await Visitor(intake).begin()).walk_to("reasons")
    [draft] = await intake.rows("select reference from request_draft")

    found = await intake.http.post("/staff/requests/search", data={"find": draft["reference"]}, headers=HTML)

    assert "What was answered is theirs until they send it" in words(found.text)
    assert "Ines" not in found.text


async def request_id(intake: Intake) -> str:
    [draft] = await intake.rows("select request_id from request_draft")
    return str(draft["request_id"])


async def mailed_link(intake: Intake) -> str:
    """The newest that went to the caller."""
    paused = [body for topic, body in await intake.said() if topic == "request-paused"][-1]
    cipher = await intake.app.state.keyring.cipher(UUID(paused["patient_id"]))
    contact = open_contact(cipher, ContactEnvelope.model_validate(paused["contact"]))
    return contact.links[LinkTo.UNFINISHED_REQUEST]


async def handed_over_and_answered(intake: Intake, nurse: OnThePhone) -> Visitor:
    """The caller has answered one question by their own link; staff are still signed in."""
    await (await nurse.begin()).walk_to("reasons")
    await nurse.open(f"{nurse.place}/en/later")
    await nurse.press()
    caller = await Visitor(intake).open(await mailed_link(intake))
    return await caller.answer()
