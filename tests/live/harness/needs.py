"""Marks for tests that need a program from the operating system."""

from __future__ import annotations

import shutil

import pytest

from tests.live.harness.postgresql import program


def _needs(program: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is missing (Debian package {package})")


needs_baresip = _needs("baresip", "baresip-core")
needs_sipp = _needs("sipp", "sip-tester")
needs_sox = _needs("sox", "sox")
needs_espeak = _needs("espeak-ng", "espeak-ng")
needs_linphone = _needs("linphone-daemon", "linphone-cli")
needs_kamailio = _needs("kamailio", "kamailio")
needs_rtpengine = _needs("rtpengine", "rtpengine-daemon")
needs_postgresql = pytest.mark.skipif(
    program("initdb") is None, reason="PostgreSQL's server is missing (Debian package postgresql)"
)
