"""API keys."""

from __future__ import annotations

from control.auth import Keys, digest_of, ensure_admin_key
from control.store.store import Store


async def test_the_first_start_generates_a_key_and_shows_it_once(store: Store) -> None:
    generated = await ensure_admin_key(store, None)
    assert generated is not None
    assert len(generated) >= 43
    assert (await Keys.load(store)).admit(generated)
    assert await ensure_admin_key(store, None) is None
    assert (await Keys.load(store)).admit(generated)


async def test_a_key_that_is_set_is_the_administrators(store: Store) -> None:
    assert await ensure_admin_key(store, "chosen") is None
    keys = await Keys.load(store)
    assert keys.admit("chosen")
    assert not keys.admit("chosen ")
    assert not keys.admit("")


async def test_a_key_that_is_set_later_replaces_the_one_before(store: Store) -> None:
    first = await ensure_admin_key(store, None)
    await ensure_admin_key(store, "chosen")
    keys = await Keys.load(store)
    assert keys.admit("chosen")
    assert not keys.admit(first or "")


async def test_a_key_is_kept_as_its_digest(store: Store) -> None:
    await ensure_admin_key(store, "chosen")
    async with store.read() as records:
        (key,) = await records.keys.all()
    assert key.digest == digest_of("chosen")
    assert "chosen" not in key.digest


def test_a_key_may_be_any_text() -> None:
    assert not Keys([digest_of("right")]).admit("\ud800")
