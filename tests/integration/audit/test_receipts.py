"""What the mail server took, against what we say that we sent."""

from dataclasses import replace

import pytest


@pytest.fixture
async def after_care(copy):
    """The id of a message that was sent, and its receipt."""
    message = await copy.fetch("select id from notifications.message where kind = 'after-care'")
    (receipt,) = (one for one in copy.receipts if message in one.message_id)
    return message, receipt


async def test_an_email_that_was_sent_has_a_receipt(copy, after_care):
    message, receipt = after_care
    copy.receipts.remove(receipt)

    findings = await copy.audit()

    (broken,) = findings.broken()
    assert broken.words.startswith("an e-mail that is marked as sent has a receipt")
    assert broken.examples == (message,)


async def test_a_receipt_that_came_again_needs_a_second_handing_over(copy, after_care):
    message, receipt = after_care
    copy.receipts.append(receipt)

    findings = await copy.audit()

    (broken,) = findings.broken()
    assert broken.words.startswith("a receipt has its message")
    assert broken.examples == (message,)


async def test_an_email_that_was_handed_over_twice_may_come_twice_and_is_told(copy, after_care):
    message, receipt = after_care
    await copy.fetch(f"update notifications.message set offered = 2 where id = '{message}' returning id")
    copy.receipts.append(receipt)

    findings = await copy.audit()

    assert findings.kept, findings
    assert [one.remark for one in findings.of("I7") if one.remark] == ["1 came again"]


async def test_an_email_that_came_twice_must_say_the_same(copy, after_care):
    message, receipt = after_care
    await copy.fetch(f"update notifications.message set offered = 2 where id = '{message}' returning id")
    copy.receipts.append(replace(receipt, fingerprint="other words"))

    findings = await copy.audit()

    (broken,) = findings.broken()
    assert broken.words.startswith("an e-mail that came again has the same words")
    assert broken.examples == (receipt.message_id,)


async def test_a_receipt_of_no_message_of_ours_is_named(copy, after_care):
    _, receipt = after_care
    copy.receipts.append(replace(receipt, message_id="<stray@example.com>"))

    findings = await copy.audit()

    (broken,) = findings.broken()
    assert broken.examples == ("<stray@example.com>",)
