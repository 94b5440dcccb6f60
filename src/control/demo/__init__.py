"""The demo centre: a small configuration, and robot softphones that keep it busy."""

from control.demo.centre import demo_centre, demo_key, guide

__all__ = ["demo_centre", "demo_key", "guide"]
