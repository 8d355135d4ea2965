"""Whatever shows a risk where it is kept is a sign of it where it is refused."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.cssrs import Question, Reply
from services.intake.domain.guided import signs
from services.intake.domain.guided.answers import Answers, scale_page, screener_page
from services.intake.domain.guided.signs import SIGNS, signs_typed, signs_written
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import SCALES

PAGES: dict[str, list[str]] = {
    **{
        scale_page(scale.code, item.number): [str(choice.value) for choice in item.choices]
        for scale in SCALES.values()
        for item in scale.items
    },
    "reasons": list(Reason),
    "safety": [Reply.YES, Reply.NO],
    **{screener_page(question): [Reply.YES, Reply.NO] for question in Question},
}
"""Each page of the walk whose answer may show a risk, and each that may not; with what can be chosen there."""


@pytest.mark.parametrize("slug", PAGES)
def test_what_shows_a_risk_is_a_sign_and_nothing_else_is(slug: str):
    for value in PAGES[slug]:
        shows_it = Answers().with_page(slug, {slug: (value,)}).risk is not None and value != Reply.NO

        assert bool(signs_typed(slug, {slug: [value]})) is shows_it, value
        assert bool(signs_written(slug, json.dumps({"values": {slug: value}, "revision": 3}))) is shows_it, value


@given(st.sampled_from(sorted(SIGNS)), st.lists(st.text(max_size=8), max_size=4), st.data())
def test_a_sign_is_seen_beside_whatever_else_was_sent(slug: str, others: list[str], data: st.DataObject):
    sign = data.draw(st.sampled_from(SIGNS[slug]))
    sent = data.draw(st.permutations([*others, f" {sign} "]))

    assert Answers().with_page(slug, signs_typed(slug, {slug: sent})).risk is not None


@given(st.sampled_from(sorted(SIGNS)), st.data())
def test_a_sign_is_seen_in_a_body_that_is_broken_after_it(slug: str, data: st.DataObject):
    sign = data.draw(st.sampled_from(SIGNS[slug]))
    body = json.dumps({"values": {"mood": "low", slug: [sign, "perhaps"]}})
    cut = data.draw(st.integers(body.index(f'"{sign}"') + len(sign) + 2, len(body)))

    assert signs_written(slug, body[:cut])


@pytest.mark.parametrize(
    ("slug", "values"),
    [("safety", {"safety": "no", "wants_call": "yes"}), ("phq-9-9", {"phq-9-9": "0", "extra": "2"})],
)
def test_what_is_said_to_something_else_is_no_sign(slug: str, values: dict[str, str]):
    assert not signs_written(slug, json.dumps({"values": values}))


def test_a_body_is_looked_through_once_however_often_the_name_stands_in_it(monkeypatch):
    """From each of them again to its end, the largest body would keep a process busy for a minute."""
    looked_through = list[int]()
    monkeypatch.setattr(signs, "re", SimpleNamespace(findall=lambda _, text: looked_through.append(len(text)) or []))

    signs_written("phq-9-9", body := '"phq-9-9" ' * 1000)

    assert 0 < sum(looked_through) <= len(body)
