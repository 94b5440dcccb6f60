"""Which tests go to one process, where several run them."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling, Scheduling

SHARING_FOLDER = "tests/live/both_sides/"


class ByFileOrFolder(LoadFileScheduling):
    """Those of a file, as ``--dist loadfile`` has it, and those of the folder that shares one centre."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return SHARING_FOLDER if file.startswith(SHARING_FOLDER) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    return ByFileOrFolder(config, log) if config.getvalue("dist") == "loadfile" else None
