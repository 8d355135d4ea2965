"""The life of a version, which one is in force, and what differs between two."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.screening import Outcome, RuleSetBroken
from services.intake.domain.screening.differences import differences
from services.intake.domain.screening.draft import ItemNotFound, with_further, with_item, without
from services.intake.store.shipped_rules import shipped_rules
from shared.versions.life import (
    Approval,
    ChangedSinceSeen,
    Difference,
    NotADraft,
    Version,
    VersionBroken,
    in_force,
)
from tests.conftest import NOON

RULES = shipped_rules()
AMARA = UUID(int=1)
SHIPPED = Version(1, RULES, based_on=None, revision=1, made_by=None, made_at=None)
DRAFT = Version(2, RULES.as_version(2), based_on=1, revision=1, made_by=AMARA, made_at=NOON)
LIVER = next(item for item in RULES.items if item.id == "liver")
STRICTER = LIVER.model_copy(update={"weighs": LIVER.weighs.model_copy(update={"yes": Outcome.HARD_STOP})})


def test_a_draft_is_edited_until_it_is_approved():
    edited = with_item(DRAFT, STRICTER, seen=1)
    approved = edited.approve(AMARA, "Dr. Amara Voss", NOON, seen=2)

    assert edited.readable().item("liver") == STRICTER
    assert approved.approval == Approval(AMARA, "Dr. Amara Voss", NOON)
    with pytest.raises(NotADraft):
        with_item(approved, LIVER, seen=2)


def test_what_came_with_the_service_is_approved_and_never_edited():
    assert SHIPPED.approve(AMARA, "Dr. Amara Voss", NOON, seen=1).approval
    with pytest.raises(NotADraft):
        with_item(SHIPPED, STRICTER, seen=1)


def test_the_first_approval_stays_on_record():
    first = DRAFT.approve(AMARA, "Dr. Amara Voss", NOON, seen=1)

    assert first.approve(UUID(int=2), "Dr. Jonah Ravel", NOON + timedelta(days=1), seen=1) is first


def test_nobody_edits_or_approves_what_has_changed_since_they_saw_it():
    edited = with_item(DRAFT, STRICTER, seen=1)

    with pytest.raises(ChangedSinceSeen):
        with_item(edited, LIVER, seen=1)
    with pytest.raises(ChangedSinceSeen):
        edited.approve(AMARA, "Dr. Amara Voss", NOON, seen=1)


def test_an_item_that_is_not_there_cannot_be_changed():
    with pytest.raises(ItemNotFound):
        with_item(DRAFT, LIVER.model_copy(update={"id": "wings"}), seen=1)


def test_an_item_is_added_once_and_left_out():
    further = LIVER.model_copy(update={"id": "wings"})
    added = with_further(DRAFT, further, seen=1)

    assert added.readable().items[-1] == further
    with pytest.raises(RuleSetBroken, match="once"):
        with_further(added, further, seen=2)
    assert without(added, "wings", seen=2).content == DRAFT.content
    with pytest.raises(ItemNotFound):
        without(DRAFT, "wings", seen=1)


def test_rules_are_never_empty():
    alone = replace(DRAFT, content=RULES.model_copy(update={"items": (LIVER,)}))

    with pytest.raises(RuleSetBroken):
        without(alone, "liver", seen=1)


def test_what_cannot_be_read_is_not_approved():
    with pytest.raises(VersionBroken, match="colour"):
        replace(DRAFT, content=None, fault="colour").approve(AMARA, "Dr. Amara Voss", NOON, seen=1)


@given(
    st.lists(
        st.tuples(st.booleans(), st.none() | st.integers(0, 3)).map(
            lambda one: (one[0], None if one[1] is None else NOON + timedelta(days=one[1]))
        ),
        max_size=6,
    )
)
def test_something_that_can_be_read_is_always_in_force_and_never_a_draft(made):
    versions = [
        Version(
            number,
            RULES.as_version(number) if readable else None,
            based_on=1,
            revision=1,
            made_by=AMARA,
            made_at=NOON,
            approval=Approval(AMARA, "Dr. Amara Voss", at) if at else None,
        )
        for number, (readable, at) in enumerate(made, start=2)
    ]
    good = [version for version in versions if version.content and version.approval]

    now = in_force(reversed(versions), RULES)

    if good:
        last = max(good, key=lambda version: (version.approval.at if version.approval else NOON, version.number))
        assert (now.content, now.approval) == (last.content, last.approval)
    else:
        assert (now.content, now.approved) == (RULES, False)
    assert all(version.content is None for version in versions if version.number in now.failed)


def test_a_change_is_told_in_plain_words():
    assert differences(RULES, RULES.with_item(STRICTER)) == (
        Difference("Severe liver disease", "Yes", "A clinician decides", "Hard stop"),
    )


def test_the_same_rules_do_not_differ_whatever_their_number():
    assert differences(RULES, RULES.as_version(7)) == ()


def test_an_item_that_came_or_went_is_told():
    fewer = RULES.model_copy(update={"items": RULES.items[1:]})

    assert differences(fewer, RULES)[0].after == "Part of the rules"
    assert differences(RULES, fewer)[-1].after == "Not part of the rules"


@given(st.sampled_from(RULES.items), st.text(min_size=1, max_size=20).filter(str.strip))
def test_no_change_of_words_goes_untold(item, words: str):
    changed = RULES.with_item(item.model_copy(update={"staff": words}))

    assert [one.part for one in differences(RULES, changed)] == (["For staff"] if words != item.staff else [])
