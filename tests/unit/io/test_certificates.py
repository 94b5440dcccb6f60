"""Certificates are fetched once, by HTTPS, in bounded size; failures are not asked for again at once."""

from __future__ import annotations

import httpx
import pytest

from pbx.io.certificates import FORGET_FAILURE_S, KEEP_S, MAX_OCTETS, CertificateStore, CertificateUnavailable

URL = "https://certificates.example/ours.pem"


class Web:
    """A server of one answer, and a clock."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.now = 0.0

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def store(self) -> CertificateStore:
        return CertificateStore(lambda: self.now, httpx.MockTransport(self.handle))


async def test_a_certificate_is_asked_for_once_while_it_is_kept() -> None:
    web = Web(httpx.Response(200, content=b"PEM"))
    store = web.store()
    assert store.known(URL) is None
    assert await store.fetch(URL) == await store.fetch(URL) == store.known(URL) == b"PEM"
    assert web.asked == [URL]
    web.now = KEEP_S + 1
    await store.fetch(URL)
    assert len(web.asked) == 2
    await store.close()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(302, headers={"location": "https://elsewhere.example"}),
        httpx.Response(200, content=b"x" * (MAX_OCTETS + 1)),
        httpx.ConnectError("nobody there"),
    ],
)
async def test_a_failure_is_told_and_remembered_for_a_while(answer: httpx.Response | Exception) -> None:
    web = Web(answer)
    store = web.store()
    for _ in range(2):
        with pytest.raises(CertificateUnavailable):
            await store.fetch(URL)
    assert len(web.asked) == 1
    web.now = FORGET_FAILURE_S + 1
    with pytest.raises(CertificateUnavailable):
        await store.fetch(URL)
    assert len(web.asked) == 2
    await store.close()


@pytest.mark.parametrize("url", ["http://certificates.example/ours.pem", "file:///etc/passwd", ""])
async def test_only_https_is_asked(url: str) -> None:
    web = Web(httpx.ConnectError("nobody there"))
    store = web.store()
    with pytest.raises(CertificateUnavailable):
        await store.fetch(url)
    assert web.asked == []
    await store.close()
