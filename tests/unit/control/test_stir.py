"""The settings of vouching: read at the start, and wrong in one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.stir.authority import make

from control.errors import StartError
from control.settings import Settings, load_settings
from control.stir import read_anchors, read_signer

ROOT = make("A root")
OURS = make("SHAKEN 1234", ROOT)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Any]:
    """Good settings."""
    contents = {"stir_certificate": OURS.chain, "stir_key": OURS.key, "stir_anchors": ROOT.chain}
    paths = {name: tmp_path / name for name in contents}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    return {**paths, "stir_url": "https://x.example/c.pem"}


def read_both(settings: Settings) -> None:
    read_signer(settings)
    read_anchors(settings)


def test_without_settings_nobody_is_vouched_for() -> None:
    settings = load_settings()
    assert (read_signer(settings), read_anchors(settings)) == (None, None)


def test_good_settings_make_a_signer_and_anchors(files: dict[str, Any]) -> None:
    settings = load_settings(**files)
    assert read_signer(settings) is not None
    assert read_anchors(settings) is not None


@pytest.mark.parametrize("missing", ["stir_certificate", "stir_key", "stir_url"])
def test_half_a_certificate_is_none(files: dict[str, Any], missing: str) -> None:
    del files[missing]
    with pytest.raises(StartError, match="go together"):
        read_both(load_settings(**files))


@pytest.mark.parametrize("setting", ["stir_certificate", "stir_key", "stir_anchors"])
def test_a_file_that_cannot_be_read_or_is_something_else_is_named(files: dict[str, Any], setting: str) -> None:
    files[setting].write_text("nothing of the kind")
    with pytest.raises(StartError, match=r"stir_(key|anchors)"):
        read_both(load_settings(**files))
    files[setting].unlink()
    with pytest.raises(StartError, match=f"{setting}: cannot read"):
        read_both(load_settings(**files))
