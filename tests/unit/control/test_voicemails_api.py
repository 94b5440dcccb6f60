"""Voicemail: what callers leave is kept, shown, heard and deleted, and the lamps follow."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.unit.control.ears import Ears
from tests.unit.control.fake_centre import NOW, FakeCentre

from control.adapters.mailboxes import MOST_KEPT
from control.leftovers import Voicemail
from control.nouns import Agent
from pbx.asking import MailboxAsked, MailboxOpened
from pbx.commands import ShowMailbox
from pbx.events import VoicemailDeleted, VoicemailHeard, VoicemailRecorded

SOUND = b"RIFF" + bytes(range(200))


async def keep(centre: FakeCentre, *ids: str, box: str = "ana", heard: bool = False) -> None:
    """Messages that lie in a box, the later named the newer."""
    async with centre.store.write() as records:
        for place, id in enumerate(ids):
            await records.voicemails.put(Voicemail(id, box, "+38164", "Mila", NOW + place, 5.0, heard))
            (centre.voicemail / f"{id}.wav").write_bytes(SOUND)


@pytest.fixture
def ears(centre: FakeCentre) -> Ears:
    """The switch's events come in here; the owner of box ``ana`` has the phone 1001."""
    agent = Agent("ana", "Ana", "1001", "a", "b")
    centre.directory.load((agent,))
    ears = Ears()
    centre.mailboxes.listen(ears)
    return ears


def recorded(centre: FakeCentre, id: str, seconds: float) -> VoicemailRecorded:
    path = centre.voicemail / f"{id}.wav"
    path.write_bytes(SOUND)
    return VoicemailRecorded(NOW, "c1", "ana", id, str(path), seconds, "+38164", "Mila")


async def test_messages_are_listed_newest_first_by_box_and_page(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await keep(centre, "m1", "m2", "m3")
    await keep(centre, "other", box="sales")
    first = (await api.get("/voicemails", params={"box": "ana", "limit": 2})).json()
    assert [one["id"] for one in first["items"]] == ["m3", "m2"]
    second = (await api.get("/voicemails", params={"box": "ana", "limit": 2, "cursor": first["next_cursor"]})).json()
    assert [one["id"] for one in second["items"]] == ["m1"]
    assert len((await api.get("/voicemails")).json()["items"]) == 4
    shown = (await api.get("/voicemails/m1")).json()
    assert shown["left_at"] == "2023-11-14T22:13:20.000Z"
    assert (shown["caller"], shown["seconds"], shown["heard"]) == ("+38164", 5.0, False)


async def test_the_sound_comes_whole_or_in_part(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await keep(centre, "m1")
    whole = await api.get("/voicemails/m1/audio")
    assert (whole.status_code, whole.headers["content-type"], whole.content) == (200, "audio/wav", SOUND)
    part = await api.get("/voicemails/m1/audio", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, SOUND[4:8])


async def test_a_message_whose_sound_is_gone_says_so(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await keep(centre, "m1")
    (centre.voicemail / "m1.wav").unlink()
    assert (await api.get("/voicemails/m1/audio")).status_code == 404
    assert (await api.get("/voicemails/..%2Fcentrala/audio")).status_code == 404


async def test_a_message_is_marked_and_deleted_with_its_sound(
    api: httpx.AsyncClient, centre: FakeCentre, ears: Ears
) -> None:
    await keep(centre, "m1", "m2")
    assert (await api.put("/voicemails/m1", json={"heard": True})).json()["heard"] is True
    assert centre.commands[-1] == ShowMailbox("1001", 1, 1)
    assert (await api.delete("/voicemails/m1?dry_run=true")).status_code == 204
    assert (await api.delete("/voicemails/m1")).status_code == 204
    assert centre.commands[-1] == ShowMailbox("1001", 1, 0)
    assert not (centre.voicemail / "m1.wav").exists()
    for answer in (
        await api.get("/voicemails/m1"),
        await api.put("/voicemails/m1", json={"heard": True}),
        await api.delete("/voicemails/m1"),
    ):
        assert answer.status_code == 404


async def test_what_a_caller_said_is_kept_and_lights_the_lamp(centre: FakeCentre, ears: Ears) -> None:
    ears.tell(recorded(centre, "m1", 2.0))
    await centre.mailboxes.stop()
    assert centre.commands == [ShowMailbox("1001", 1, 0)]
    async with centre.store.read() as records:
        message = await records.voicemails.get("m1")
    assert message == Voicemail("m1", "ana", "+38164", "Mila", NOW, 2.0)
    assert centre.mailboxes.sound("m1").read_bytes() == SOUND


async def test_who_hangs_up_at_the_tone_has_left_nothing(centre: FakeCentre, ears: Ears) -> None:
    ears.tell(recorded(centre, "m1", 1.9))
    await centre.mailboxes.stop()
    assert centre.commands == []
    assert not (centre.voicemail / "m1.wav").exists()


async def test_a_full_box_takes_no_more(centre: FakeCentre, ears: Ears) -> None:
    await keep(centre, *(f"m{number}" for number in range(MOST_KEPT)))
    ears.tell(recorded(centre, "late", 9.0))
    await centre.mailboxes.stop()
    async with centre.store.read() as records:
        assert await records.voicemails.get("late") is None
        assert await records.voicemails.counts("ana") == (MOST_KEPT, 0)
    assert not (centre.voicemail / "late.wav").exists()


async def test_what_is_heard_or_deleted_by_phone_is_so_everywhere(centre: FakeCentre, ears: Ears) -> None:
    await keep(centre, "m1", "m2")
    ears.tell(VoicemailHeard(NOW, "m1"))
    ears.tell(VoicemailDeleted(NOW, "m2"))
    ears.tell(VoicemailDeleted(NOW, "gone"))
    await centre.mailboxes.stop()
    assert centre.commands == [ShowMailbox("1001", 1, 1), ShowMailbox("1001", 0, 1)]
    assert not (centre.voicemail / "m2.wav").exists()


async def test_an_owner_is_told_new_messages_first_and_old_ones_after(centre: FakeCentre, ears: Ears) -> None:
    await keep(centre, "old", heard=True)
    await keep(centre, "m1", "m2")
    ears.tell(MailboxAsked(NOW, "c1", "l1", 7, "1001"))
    await centre.mailboxes.stop()
    [opened] = centre.commands
    assert isinstance(opened, MailboxOpened)
    assert (opened.leg, opened.ask, opened.box) == ("l1", 7, "ana")
    assert [message.id for message in opened.messages] == ["m1", "m2", "old"]
    assert Path(opened.messages[0].path) == centre.mailboxes.sound("m1")


async def test_lamps_shine_again_after_a_restart(centre: FakeCentre, ears: Ears) -> None:
    await keep(centre, "m1", "m2")
    await keep(centre, "other", box="nobody")
    await centre.mailboxes.start()
    assert centre.commands == [ShowMailbox("1001", 2, 0)]
