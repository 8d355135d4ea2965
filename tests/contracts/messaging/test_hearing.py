"""What a consumer does with good records."""

import pytest

from tests.contracts.messaging.hearing import hearing, records_of


@pytest.mark.parametrize("batch", [True, False])
async def test_every_record_has_one_effect(scratch, broker, batch):
    async with hearing(await scratch("intake"), broker) as here:
        await here.send(records_of(here.model, range(200)))
        await here.listen(batch=batch)

        await here.passed(200)

        assert await here.effects() == dict.fromkeys(range(200), 1)
        assert await here.dead() == []
