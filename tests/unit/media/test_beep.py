from __future__ import annotations

import numpy as np
import pytest

from pbx.media import g711, rtp, tone
from pbx.media.beep import HZ, Beep
from pbx.media.codecs import CODECS, NARROW
from pbx.media.g711 import PCMA, PCMU


def speech(kind: int, hz: float = 440.0) -> list[bytes]:
    """Half a second of a tone, in packets of 20 ms."""
    audio = g711.encode(tone.sine(hz, 0.5), kind)
    return [rtp.header(kind, at, at, 1) + audio[at : at + 160] for at in range(0, len(audio), 160)]


@pytest.mark.parametrize("kind", [PCMU, PCMA])
def test_a_beep_sounds_for_a_fifth_of_a_second_and_leaves_the_voice(kind: int) -> None:
    beep = Beep(15.0, 100.0)
    heard = []
    for number, packet in enumerate(speech(kind)):
        now = 100.0 + number * 0.02
        heard.append(bytes(beep.mixed(packet, now) if now >= beep.next_at else packet))
    samples = g711.decode(b"".join(packet[12:] for packet in heard), kind)

    assert tone.level_db(samples[:1600], HZ) == pytest.approx(-20, abs=1)
    assert tone.level_db(samples[:1600], 440.0) == pytest.approx(-10, abs=1)
    assert tone.level_db(samples[1600:], HZ) < -40
    assert beep.next_at == pytest.approx(115.0, abs=0.3)


def test_a_pause_is_silent_and_its_end_is_told_at_once() -> None:
    beep = Beep(15.0, 100.0)
    beep.silence(True)
    assert beep.next_at > 1e9
    beep.silence(False)
    assert beep.next_at == 0.0


def test_a_packet_of_another_codec_is_as_it_was() -> None:
    packet = rtp.header(111, 1, 1, 1) + bytes(100)
    assert Beep(15.0, 0.0).mixed(packet, 0.0) is packet


@pytest.mark.parametrize("name", ["G722", "opus"])
def test_in_another_codec_it_is_heard_in_place_of_the_voice(name: str) -> None:
    codec = CODECS[name]
    encoder, decoder = codec.encoder(NARROW), codec.decoder(NARROW)
    beep = Beep(15.0, 100.0, {99: codec}.get)
    heard = []
    for number in range(25):
        packet = rtp.header(99, number, 0, 1) + encoder.encode(tone.sine(400.0, 0.02))
        now = 100.0 + number * 0.02
        mixed = bytes(beep.mixed(packet, now) if now >= beep.next_at else packet)
        heard.append(decoder.decode(mixed[12:]))
    samples = np.concatenate(heard)

    assert tone.level_db(samples[320:1600], HZ) == pytest.approx(-20, abs=2)
    assert tone.level_db(samples[320:1600], 400.0) < -40
    assert tone.level_db(samples[2000:], 400.0) > -20
    assert tone.level_db(samples[2000:], HZ) < -40
