"""What the auditor knows of the services stays true as they grow."""

from operations.auditing.evidence import reactions
from operations.auditing.findings import Finding, Findings, Verdict
from operations.auditing.order import COPIES
from operations.auditing.state_and_events import AGGREGATES
from shared.events.base import Kind
from shared.events.catalogue import MODELS, TOPICS


def test_every_kind_of_event_is_said_by_one_declared_thing_of_its_service():
    declared = [(topic, one.service) for one in AGGREGATES for topic in one.topics]

    said = MODELS.keys()
    assert sorted(declared) == sorted((topic, TOPICS[topic].said_by) for topic in said)


def test_every_state_that_a_service_hears_is_a_copy_that_is_compared():
    compared = {(one.service, topic) for one in COPIES for topic in one.topics}
    heard = {(one.service, one.model.topic) for one in reactions() if one.model.kind is Kind.STATE}

    assert heard <= compared


def finding(**counts: int) -> Finding:
    return Finding("I1", "something holds", **{"checked": 0, **counts})


def test_a_sentence_that_looked_at_nothing_is_not_kept():
    assert finding().verdict is Verdict.UNCHECKED


def test_one_contradiction_outweighs_everything():
    assert finding(checked=9, violated=1, not_yet=5).verdict is Verdict.VIOLATED


def test_what_is_on_its_way_is_neither_kept_nor_violated():
    assert finding(checked=9, not_yet=1).verdict is Verdict.NOT_YET
    assert not Findings((finding(checked=9, not_yet=1),), None).violated


def test_what_is_wrong_stands_on_top():
    told = str(Findings((finding(checked=1), finding(checked=1, violated=1)), 0.0))

    assert told.splitlines()[0].split()[0] == "violated"
