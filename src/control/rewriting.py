"""Changes of the configuration that people ask for by telephone: done beside the call, and told when they are done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from control.configuration import Configuration
from control.errors import Invalid, Taken
from control.nouns import Agent

log = structlog.get_logger(__name__)


class Rewriter:
    """Changes agents; ``agent`` may be called from anywhere in the event loop."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._tasks: set[asyncio.Task[None]] = set()

    def agent(self, agent: str, change: Callable[[Agent], Agent], done: Callable[[bool], None]) -> None:
        """Change an agent's configuration; ``done`` hears later whether it was possible."""
        task = asyncio.get_running_loop().create_task(self._rewrite(agent, change, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _rewrite(self, agent: str, change: Callable[[Agent], Agent], done: Callable[[bool], None]) -> None:
        try:
            async with self._configuration.edit() as edit:
                present = await edit.records.agents.get(agent)
                if present is not None:
                    await edit.put(change(present))
        except (Invalid, Taken) as error:
            log.info("a change by telephone is refused", agent=agent, error=str(error))
            done(False)
        except (SQLAlchemyError, OSError) as error:
            log.error("a change by telephone cannot be kept", agent=agent, error=type(error).__name__)
            done(False)
        else:
            done(present is not None)

    async def stop(self) -> None:
        """Let what is under way come to its end."""
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
