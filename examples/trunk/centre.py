"""Declare two trunks, call out by the one that takes the call, and be called by it."""

from __future__ import annotations

import argparse
import asyncio
import json

import httpx

from pbx.phone import CallState, Phone, PhoneCall

HERE, CHEAP_PORT, DEAR_PORT = "127.0.0.1", 5081, 5082
AGENT, PASSWORD = "2001", "trunk-2001"
OURS, OUTSIDE = "+381114000820", "+381641234567"

DOCUMENTS = {
    "agents/mira": {"name": "Mira", "extension": AGENT, "password": PASSWORD},
    "trunks/cheap": {"address": f"{HERE}:{CHEAP_PORT}", "rates": {"381": 0.01}},
    "trunks/dear": {
        "address": f"{HERE}:{DEAR_PORT}",
        "numbers": [OURS],
        "caller_id": OURS,
        "rates": {"381": 0.02, "38164": 0.09},
        "spend_per_day": 20,
    },
    "routes/0.": {"target": "trunk:*"},
    f"routes/{OURS}": {"target": "agent:mira"},
}


async def called_back(mira: asyncio.Queue[PhoneCall], carrier: Phone) -> None:
    """Somebody outside calls our number, and Mira answers."""
    call = carrier.call(OURS, caller=OUTSIDE)
    ringing = await mira.get()
    ringing.answer()
    await call.wait_for(CallState.ANSWERED)
    print(f"Mira is called by {ringing.number}")
    call.hangup()
    await ringing.wait_for(CallState.ENDED)


async def main(http: str, sip: str, key: str) -> None:
    """Declare, call out, be called, print why and what it cost."""
    host, _, port = sip.rpartition(":")
    ringing: asyncio.Queue[PhoneCall] = asyncio.Queue()
    cheap = Phone(host, int(port), "cheap", on_call=lambda call: call.deny(503))
    dear = Phone(host, int(port), "dear", on_call=lambda call: call.answer())
    mira = Phone(host, int(port), AGENT, PASSWORD, name="Mira", on_call=ringing.put_nowait)
    await cheap.start(HERE, CHEAP_PORT)
    await dear.start(HERE, DEAR_PORT)
    await mira.start()
    async with httpx.AsyncClient(base_url=f"http://{http}/api/v1", headers={"Authorization": f"Bearer {key}"}) as api:
        for path, document in DOCUMENTS.items():
            (await api.put(f"/{path}", json=document)).raise_for_status()
        await mira.register()

        call = mira.call("0641234567")
        await call.wait_for(CallState.ANSWERED)
        [live] = (await api.get("/calls")).json()["items"]
        for step in (await api.get(f"/calls/{live['id']}/why")).json()["steps"]:
            match step["step"]:
                case "trunks_weighed":
                    choice = (f"{one['trunk']} ({one['reason']})" for one in step["candidates"])
                    print(f"{step['e164']}:", ", ".join(choice))
                case "trunk_tried":
                    print(f"{step['trunk']} answers {step['status']}")
        call.hangup()
        await call.wait_for(CallState.ENDED)
        await called_back(ringing, dear)

        records: list[dict[str, object]] = []
        while len(records) < 2:
            records = (await api.get("/cdrs", params={"trunk": "dear", "limit": 2})).json()["items"]
            await asyncio.sleep(0.1)
        for record in reversed(records):
            print(json.dumps({name: record[name] for name in ("number", "trunk", "disposition", "cost")}))
    for phone in (mira, cheap, dear):
        await phone.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--http", default="127.0.0.1:8080", metavar="HOST:PORT")
    parser.add_argument("--sip", default="127.0.0.1:5060", metavar="HOST:PORT")
    parser.add_argument("--key", required=True, help="the API key that the centre printed")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.http, arguments.sip, arguments.key))
