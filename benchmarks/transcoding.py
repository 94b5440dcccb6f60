"""What a packet of 20 ms costs that is translated from one codec to another, in one process, without its sockets.

``relayed`` is the same packet where both legs share a codec, on the long way and on the fast one; the figures are
medians of several runs, and their ratios to one another are what matters: microseconds are this machine's.

    .venv/bin/python benchmarks/transcoding.py
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import perf_counter

from pbx.media import tone
from pbx.media.codecs import CODECS, NARROW, Codec
from pbx.media.order import Order
from pbx.media.rtp import Packet, header, parse
from pbx.media.stream import Stream
from pbx.plane.hearing import Hearing
from pbx.plane.transcoding import Transcoder, passes
from pbx.plane.voice import Voice

PACKETS = 500
RUNS = 5
LOSS = 20
"""One packet of so many is lost, where loss is measured."""


def sent(_: bytes | memoryview) -> int:
    return 0


def packets(codec: Codec, *, lossy: bool) -> list[bytes]:
    """Some seconds of a tone, as they come from the wire."""
    encoder, size = codec.encoder(codec.rate), codec.rate // 50
    audio = tone.sine(440.0, 1.0, rate=codec.rate)
    made = []
    for number in range(PACKETS):
        at = number * size % (len(audio) - size)
        head = header(codec.payload_type, number, number * codec.clock_rate // 50, 7)
        made.append(head + encoder.encode(audio[at : at + size]))
    return [data for number, data in enumerate(made) if not lossy or number % LOSS]


def translated(spoken: Codec, heard: Codec) -> Callable[[Packet, int], None]:
    """Takes packets from one codec to another."""
    hearing, order, voice = Hearing(lambda: None), Order(), Voice(Stream(1, 0, 0))
    hearing.codecs = {spoken.payload_type: spoken}
    transcoder = Transcoder(hearing)
    voice.tune(heard, heard.payload_type, 20)

    def take(packet: Packet, number: int) -> None:
        now = number * 0.02
        for each in order.put(packet, spoken.ticks(packet.payload), now):
            transcoder.take(each, voice, now, sent)

    return take


def relayed(spoken: Codec, heard: Codec) -> Callable[[Packet, int], None]:
    """The long way of the relay, for comparison."""
    stream = Stream(1, 0, 0)

    def take(packet: Packet, number: int) -> None:
        numbers = stream.relay(packet.ssrc, packet.sequence, packet.timestamp, number * 0.02, len(packet.payload))
        if numbers is not None:
            sequence, timestamp, marker = numbers
            sent(header(heard.payload_type, sequence, timestamp, 1, marker) + packet.payload)

    return take


def cost_us(spoken: Codec, heard: Codec, *, lossy: bool = False) -> float:
    """Microseconds a packet; the median of some runs."""
    data = packets(spoken, lossy=lossy)
    way = relayed if passes(spoken, heard) else translated
    runs = []
    for _ in range(RUNS):
        take = way(spoken, heard)
        began = perf_counter()
        for number, one in enumerate(data):
            take(parse(one), number)
        runs.append((perf_counter() - began) / len(data) * 1e6)
    return statistics.median(runs)


def main() -> None:
    names = list(CODECS)
    for title, lossy in (("microseconds a packet, from the codec at the left", False), ("with 5 % lost", True)):
        print(f"{title:50}" + "".join(f"{name:>9}" for name in names))
        for spoken in names:
            costs = [cost_us(CODECS[spoken], CODECS[heard], lossy=lossy) for heard in names]
            rate = "16 kHz" if CODECS[spoken].rate > NARROW else "8 kHz"
            print(f"  {spoken} ({rate})".ljust(50) + "".join(f"{cost:9.1f}" for cost in costs))


if __name__ == "__main__":
    main()
