"""Peer connections of a real browser, each with a tone to say and an ear for what it hears (WebRTC, Web Audio)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, async_playwright

EXECUTABLE = Path("/usr/bin/chromium")

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)

_SCRIPT = """
window.peers = {};
window.peer = hz => {
  const pc = new RTCPeerConnection(), context = new AudioContext(), oscillator = context.createOscillator();
  const out = context.createMediaStreamDestination(), analyser = context.createAnalyser();
  oscillator.frequency.value = hz;
  oscillator.connect(out);
  oscillator.start();
  pc.addTrack(out.stream.getAudioTracks()[0], out.stream);
  analyser.fftSize = 8192;
  pc.ontrack = ({track}) => {
    const stream = new MediaStream([track]), element = new Audio();
    element.srcObject = stream;  // without an element Chromium decodes nothing
    element.muted = true;
    element.play();
    context.createMediaStreamSource(stream).connect(analyser);
  };
  return window.peers[hz] = {pc, context, analyser};
};
window.loudest = hz => {
  const {context, analyser} = window.peers[hz], bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const best = bins.reduce((at, level, i) => level > bins[at] ? i : at, 0);
  return bins[best] < -60 ? 0 : best * context.sampleRate / analyser.fftSize;
};
"""


class ChromiumPeer:
    """One peer connection, named by its tone."""

    def __init__(self, page: Page, hz: float) -> None:
        self._page = page
        self._hz = hz

    async def offer(self) -> bytes:
        return await self._describe("createOffer", None)

    async def answer(self, sdp: bytes) -> bytes:
        return await self._describe("createAnswer", sdp.decode())

    async def take_answer(self, sdp: bytes) -> None:
        await self._page.evaluate(
            "([hz, sdp]) => peers[hz].pc.setRemoteDescription({type: 'answer', sdp})", [self._hz, sdp.decode()]
        )

    async def hears(self, hz: float) -> None:
        """Wait until a tone is the loudest thing that it hears."""
        await self._page.wait_for_function("([own, hz]) => Math.abs(loudest(own) - hz) < 15", arg=[self._hz, hz])

    async def press(self, digit: str) -> None:
        await self._page.evaluate(
            "([hz, digit]) => peers[hz].pc.getSenders()[0].dtmf.insertDTMF(digit)", [self._hz, digit]
        )

    async def _describe(self, way: str, sdp: str | None) -> bytes:
        script = """async ([hz, way, sdp]) => {
          const {pc} = peer(hz);
          if (sdp) await pc.setRemoteDescription({type: 'offer', sdp});
          await pc.setLocalDescription(await pc[way]());
          return pc.localDescription.sdp;
        }"""
        described: str = await self._page.evaluate(script, [self._hz, way, sdp])
        return described.encode()


@asynccontextmanager
async def chromium_page() -> AsyncIterator[Page]:
    """A page on which peer connections can be made."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
        page = await browser.new_page()
        page.set_default_timeout(10_000)
        await page.add_script_tag(content=_SCRIPT)
        yield page
        await browser.close()
