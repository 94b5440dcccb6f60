"""Declare a flow with all that belongs to it, and send one call through it."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import httpx
import yaml

from pbx.phone import CallState, Phone

NUMBER, ACCOUNT = "820", "4711"
FOLDERS = {"Queue": "queues", "Flow": "flows", "Route": "routes"}
CUSTOMERS = ("127.0.0.1", 8099)
TRIES = 200


async def customer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What a customer database would answer: everybody is a gold customer."""
    await reader.readuntil(b"\r\n\r\n")
    body = b'{"customer": {"tier": "gold"}}'
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()
    writer.close()


async def passed(api: httpx.AsyncClient, call: str) -> list[str]:
    """The steps of the flow that a call has passed."""
    why = await api.get(f"/calls/{call}/why")
    return [step["step"] for step in why.json().get("flow", ())] if why.is_success else []


async def until(api: httpx.AsyncClient, call: str, step: str) -> None:
    """Wait until the call has passed a step."""
    for _ in range(TRIES):
        if step in await passed(api, call):
            return
        await asyncio.sleep(0.1)
    raise SystemExit(f"the call never came past the step {step}")


async def main(http: str, sip: str, key: str) -> None:
    """Declare, call, press keys, hang up, print the way."""
    host, _, port = sip.rpartition(":")
    server = await asyncio.start_server(customer, *CUSTOMERS)
    async with httpx.AsyncClient(base_url=f"http://{http}/api/v1", headers={"Authorization": f"Bearer {key}"}) as api:
        for document in yaml.safe_load_all((Path(__file__).parent / "centre.yaml").read_text()):
            answer = await api.put(f"/{FOLDERS[document['kind']]}/{document['id']}", json=document["spec"])
            assert answer.is_success, answer.text

        phone = Phone(host, int(port), "+381601234567", name="A customer")
        await phone.start()
        call = phone.call(NUMBER)
        await call.wait_for(CallState.ANSWERED)
        [live] = (await api.get("/calls")).json()["items"]
        print("the customer hears the menu and presses 1")
        call.press("1")
        await until(api, live["id"], "hours")
        print(f"the customer enters the account {ACCOUNT}")
        call.press(f"{ACCOUNT}#")
        await until(api, live["id"], "care")
        print("the customer waits in the queue")
        call.hangup()
        await call.wait_for(CallState.ENDED)
        await phone.stop()

        record = None
        while record is None:
            found = (await api.get("/cdrs", params={"queue": "care", "limit": 1})).json()["items"]
            record = found[0] if found else None
            await asyncio.sleep(0.1)
        print(record["flow_path"])
    server.close()
    await server.wait_closed()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--http", default="127.0.0.1:8080", metavar="HOST:PORT")
    parser.add_argument("--sip", default="127.0.0.1:5060", metavar="HOST:PORT")
    parser.add_argument("--key", required=True, help="the API key that the centre printed")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.http, arguments.sip, arguments.key))
