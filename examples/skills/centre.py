"""Declare a queue by skill that grows milder, send it a call, and let it call somebody back."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

import httpx
import yaml

from pbx.phone import CallState, Phone, PhoneCall

FOLDERS = {"Skill": "skills", "Agent": "agents", "Queue": "queues", "Route": "routes"}
TRIES = 200


async def declare(api: httpx.AsyncClient) -> None:
    """Everything that stands in the file."""
    for document in yaml.safe_load_all((Path(__file__).parent / "centre.yaml").read_text()):
        answer = await api.put(f"/{FOLDERS[document['kind']]}/{document['id']}", json=document["spec"])
        assert answer.is_success, answer.text


async def why(api: httpx.AsyncClient, call: str) -> dict[str, Any]:
    """What is said about a call."""
    found: dict[str, Any] = (await api.get(f"/calls/{call}/why")).raise_for_status().json()
    return found


async def callback(api: httpx.AsyncClient, *, done: bool) -> dict[str, Any]:
    """The customer's wish to be called back, once it is open, or done."""
    for _ in range(TRIES):
        for found in (await api.get("/callbacks")).json()["items"]:
            if found["queue"] == "invoices" and found["done"] is done:
                wish: dict[str, Any] = found
                return wish
        await asyncio.sleep(0.1)
    raise SystemExit("the callback was not " + ("done" if done else "asked for"))


async def main(http: str, sip: str, key: str) -> None:
    """Declare, call, be called back, print why."""
    host, _, port = sip.rpartition(":")
    rings: asyncio.Queue[PhoneCall] = asyncio.Queue()
    called: asyncio.Queue[PhoneCall] = asyncio.Queue()
    nina = Phone(host, int(port), "2011", "skills-2011", name="Nina", on_call=rings.put_nowait)
    customer = Phone(host, int(port), "2019", "skills-2019", name="A customer", on_call=called.put_nowait)
    guest = Phone(host, int(port), "+381601234567", name="A guest")
    async with httpx.AsyncClient(base_url=f"http://{http}/api/v1", headers={"Authorization": f"Bearer {key}"}) as api:
        await declare(api)
        for phone in (nina, customer, guest):
            await phone.start()
        await nina.register()
        await customer.register()
        (await api.put("/agents/nina/status", json={"status": "available"})).raise_for_status()

        waiting = guest.call("730")
        await waiting.wait_for(CallState.ANSWERED)
        [live] = (await api.get("/calls")).json()["items"]
        judged = next(one for one in (await why(api, live["id"]))["candidates"] if one["agent"] == "nina")
        print(f"a guest waits; Nina: {judged['rule']}, {judged['detail']}")
        taken = await rings.get()
        taken.answer()
        await taken.wait_for(CallState.ANSWERED)
        [offer] = (await why(api, live["id"]))["offers"]
        print(f"Nina answers: {offer['reason']}")

        asks = customer.call("731")
        await asks.wait_for(CallState.ENDED)
        wish = await callback(api, done=False)
        place = (await why(api, wish["id"]))["position"]
        print(f"{wish['number']} hangs up, and is {wish['state']} at place {place}")
        waiting.hangup()
        back = await rings.get()
        back.answer()
        dialled = await called.get()
        dialled.answer()
        await dialled.wait_for(CallState.ANSWERED)
        dialled.hangup()
        await back.wait_for(CallState.ENDED)
        for phone in (nina, customer, guest):
            await phone.stop()
        wish = await callback(api, done=True)
        print(f"Nina answers, then the customer: {wish['result']} at attempt {wish['attempts']}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--http", default="127.0.0.1:8080", metavar="HOST:PORT")
    parser.add_argument("--sip", default="127.0.0.1:5060", metavar="HOST:PORT")
    parser.add_argument("--key", required=True, help="the API key that the centre printed")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.http, arguments.sip, arguments.key))
