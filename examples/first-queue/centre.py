"""Declare a queue with one agent, and send one call through it."""

from __future__ import annotations

import argparse
import asyncio
import json

import httpx

from pbx.media import g711, tone
from pbx.phone import CallState, Phone, PhoneCall

AGENT, NUMBER, PASSWORD = "2001", "720", "first-queue-2001"

DOCUMENTS = {
    "skills/billing": {"name": "Billing"},
    "agents/mira": {"name": "Mira", "extension": AGENT, "password": PASSWORD, "skills": {"billing": 7}},
    "queues/invoices": {"name": "Invoices", "extension": NUMBER, "requires": "billing >= 3", "ring_timeout_s": 15},
    "agents/mira/status": {"status": "available"},
}


async def say(call: PhoneCall, hz: float) -> None:
    """Say a tone for two seconds."""
    call.write_audio(g711.encode(tone.sine(hz, 2.0), call.law))


async def hear(call: PhoneCall) -> float:
    """The strongest frequency of the last half of one second of audio."""
    heard = g711.decode(await call.read_audio(8000), call.law)
    return tone.peak(heard[4000:])[0]


async def main(http: str, sip: str, key: str) -> None:
    """Declare, call, hear, hang up, print the record."""
    host, _, port = sip.rpartition(":")
    async with httpx.AsyncClient(base_url=f"http://{http}/api/v1", headers={"Authorization": f"Bearer {key}"}) as api:
        for path, document in DOCUMENTS.items():
            (await api.put(f"/{path}", json=document)).raise_for_status()

        ringing: asyncio.Queue[PhoneCall] = asyncio.Queue()
        mira = Phone(host, int(port), AGENT, PASSWORD, name="Mira", on_call=ringing.put_nowait)
        customer = Phone(host, int(port), "+381601234567", name="A customer")
        await mira.start()
        await customer.start()
        await mira.register()

        call = customer.call(NUMBER)
        await call.wait_for(CallState.ANSWERED)
        print("the customer waits in the queue and hears music")
        taken = await ringing.get()
        taken.answer()
        print(f"Mira answers {taken.number}")
        await say(call, 440)
        await say(taken, 1000)
        at_customer, at_agent = await asyncio.gather(hear(call), hear(taken))
        print(f"the customer hears {at_customer:.0f} Hz, Mira hears {at_agent:.0f} Hz")
        call.hangup()
        await taken.wait_for(CallState.ENDED)
        await mira.stop()
        await customer.stop()

        record = None
        while record is None:
            found = (await api.get("/cdrs", params={"queue": "invoices", "limit": 1})).json()["items"]
            record = found[0] if found else None
            await asyncio.sleep(0.1)
        print(json.dumps({name: record[name] for name in ("number", "agent", "disposition", "wait_s", "talk_s")}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--http", default="127.0.0.1:8080", metavar="HOST:PORT")
    parser.add_argument("--sip", default="127.0.0.1:5060", metavar="HOST:PORT")
    parser.add_argument("--key", required=True, help="the API key that the centre printed")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.http, arguments.sip, arguments.key))
