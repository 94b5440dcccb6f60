"""Header values: frozen, each with ``parse`` and ``str``."""
