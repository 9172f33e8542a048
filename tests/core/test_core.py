"""The small parts of the core: ids, time, migrations, background work, signatures."""

from __future__ import annotations

import asyncio

import pytest

from hub.core.clock import rfc3339
from hub.core.collections import MIGRATIONS
from hub.core.migrations import migrate
from hub.core.registry import Registry
from hub.core.settings import Settings
from hub.core.signing import Signer
from server import open_hub
from storage.engine import INSTALLATION


async def test_ids_are_never_given_twice_also_after_a_restart(tmp_path):
    given = []
    for _ in range(3):
        async with open_hub(Settings(data=str(tmp_path / "data"), log_level="error")) as hub:
            given += await asyncio.gather(*(hub.ids.next("message") for _ in range(1500)))
    assert len(set(given)) == 4500
    assert max(given) < 20_000, "existing clients hold 32-bit integers, so ids are not wasted"


def test_times_are_written_with_three_digits_in_utc():
    assert rfc3339(1_795_000_000_007) == "2026-11-18T11:06:40.007Z"


async def test_migrations_run_once_in_order_and_again_only_where_they_were_interrupted(tmp_path):
    ran = []

    async def first(hub):
        ran.append(1)

    async def second(hub):
        ran.append(2)
        if ran.count(2) == 1:
            raise RuntimeError("the power went out")

    history = [(901, "adds a field", first), (902, "moves a field", second)]
    async with open_hub(Settings(data=str(tmp_path / "data"), log_level="error")) as hub:
        with pytest.raises(RuntimeError):
            await migrate(hub, history)
        assert await migrate(hub, history) == [902]
        assert await migrate(hub, history) == []
        assert ran == [1, 2, 2]
        assert sorted(await hub.store.get_many(INSTALLATION, MIGRATIONS, [901, 902])) == [901, 902]


async def test_background_work_is_refused_after_the_stop_and_its_errors_are_logged(tmp_path):
    async with open_hub(Settings(data=str(tmp_path / "data"), log_level="error")) as hub:
        logged = []
        hub.log = type("Log", (), {"error": lambda self, *a, **k: logged.append(k)})()

        async def fails():
            raise ValueError("no")

        hub.spawn("fails", fails())
        await asyncio.sleep(0.05)
        assert logged[0]["task"] == "fails"
        await hub.stop()
        assert hub.spawn("late", fails()) is None


def test_a_name_is_registered_once():
    registry: Registry[int] = Registry("number")
    registry.add("one", 1)
    with pytest.raises(ValueError, match="registered twice"):
        registry.add("one", 2)
    assert list(registry) == [("one", 1)]


def test_a_signature_holds_for_its_purpose_and_parts_alone():
    signer = Signer(b"k" * 32)
    signature = signer.sign("file", 1, 23)
    assert signer.holds(signature, "file", 1, 23)
    assert not signer.holds(signature, "file", 12, 3)
    assert not signer.holds(signature, "upload", 1, 23)
    assert not Signer(b"x" * 32).holds(signature, "file", 1, 23)
    assert not signer.holds("\ud800", "file", 1, 23)


async def test_the_stop_ends_work_that_lost_its_first_cancellation(tmp_path):
    async with open_hub(Settings(data=str(tmp_path / "data"), log_level="error")) as hub:
        lost = []

        async def stubborn():
            while True:
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    lost.append(1)
                    if len(lost) > 1:
                        raise

        hub.spawn("stubborn", stubborn())
        await asyncio.sleep(0)
        await asyncio.wait_for(hub.stop(), 10)
        assert len(lost) == 2
