"""The contract of linking: how a slot gets its phone, and every way it may not."""

import asyncio
from datetime import timedelta

import pytest

from hebah.devices.model import DeviceState
from hebah.gateway.transport import (
    ByCode,
    ByQr,
    CodeShown,
    DeviceRef,
    Linked,
    LinkFailed,
    LinkMethod,
    LinkStep,
    QrShown,
)
from tests.contracts.harness import Harness, linked_phone, new_device, online, state, until

# One network and one companion serve all tests of a module, so they share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def steps(harness: Harness, device: DeviceRef, method: LinkMethod) -> list[LinkStep]:
    return [step async for step in harness.transport.link(device, method)]


async def first_step(harness: Harness, device: DeviceRef, method: LinkMethod) -> LinkStep:
    async for step in harness.transport.link(device, method):
        return step
    raise AssertionError("linking ended without a step")


async def test_scanning_the_picture_links_the_slot(harness: Harness, device: DeviceRef) -> None:
    phone = await harness.new_phone()

    async def link() -> list[LinkStep]:
        seen: list[LinkStep] = []
        async for step in harness.transport.link(device, ByQr()):
            seen.append(step)
            if isinstance(step, QrShown):
                assert step.expires_at > harness.now()
                await harness.scan(step.text, phone)
        return seen

    shown, linked = await until(harness, link())
    assert isinstance(shown, QrShown)
    assert isinstance(linked, Linked)
    assert linked.identity.phone == phone
    await online(harness, device)


async def test_the_picture_is_refreshed_until_it_times_out(harness: Harness, device: DeviceRef) -> None:
    seen = await until(harness, steps(harness, device, ByQr()))
    pictures = [step for step in seen if isinstance(step, QrShown)]
    assert len({picture.text for picture in pictures}) == len(pictures) > 1
    assert [picture.expires_at for picture in pictures] == sorted({picture.expires_at for picture in pictures})
    assert seen[-1] == LinkFailed("qr_timeout")


async def test_an_old_picture_links_nothing(harness: Harness, device: DeviceRef) -> None:
    phone = await harness.new_phone()
    seen = await until(harness, steps(harness, device, ByQr()))
    assert isinstance(seen[0], QrShown)
    await harness.scan(seen[0].text, phone)
    link = await harness.transport.open(device, 1)
    await state(harness, link, DeviceState.UNLINKED)


async def test_typing_the_code_links_the_slot(harness: Harness, device: DeviceRef) -> None:
    assert harness.transport.capabilities.link_by_code
    phone = await harness.new_phone()

    async def link() -> list[LinkStep]:
        seen: list[LinkStep] = []
        async for step in harness.transport.link(device, ByCode(phone)):
            seen.append(step)
            if isinstance(step, CodeShown):
                assert len(step.code) == 8
                await harness.type_code(step.code, phone)
        return seen

    shown, linked = await until(harness, link())
    assert isinstance(shown, CodeShown)
    assert isinstance(linked, Linked)
    assert linked.identity.phone == phone


async def test_a_code_that_nobody_types_times_out(harness: Harness, device: DeviceRef) -> None:
    seen = await until(harness, steps(harness, device, ByCode(await harness.new_phone())))
    assert seen[-1] == LinkFailed("qr_timeout")


async def test_a_linked_slot_is_not_linked_twice(harness: Harness, device: DeviceRef) -> None:
    await linked_phone(harness, device)
    assert await until(harness, steps(harness, device, ByQr())) == [LinkFailed("already_linked")]
    await online(harness, device)


async def test_closing_the_iterator_cancels_the_linking(harness: Harness, device: DeviceRef) -> None:
    phone = await harness.new_phone()
    linking = harness.transport.link(device, ByQr())
    shown = await until(harness, anext(linking))
    assert isinstance(shown, QrShown)
    await linking.aclose()
    await harness.pass_time(timedelta(0))
    await harness.scan(shown.text, phone)
    link = await harness.transport.open(device, 1)
    await state(harness, link, DeviceState.UNLINKED)


async def test_a_second_linking_of_a_slot_ends_the_first(harness: Harness, device: DeviceRef) -> None:
    first = asyncio.ensure_future(steps(harness, device, ByQr()))
    await harness.pass_time(timedelta(0))
    assert isinstance(await until(harness, first_step(harness, device, ByQr())), QrShown)
    assert (await until(harness, first))[-1] == LinkFailed("cancelled")


async def test_one_phone_may_hold_several_slots(harness: Harness, device: DeviceRef) -> None:
    phone = await linked_phone(harness, device)
    second = new_device()

    async def link() -> None:
        async for step in harness.transport.link(second, ByQr()):
            if isinstance(step, QrShown):
                await harness.scan(step.text, phone)

    await until(harness, link())
    await online(harness, device)
    await online(harness, second)
