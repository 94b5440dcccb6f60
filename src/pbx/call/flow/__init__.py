"""Calls in an IVR flow: one run for each leg, one short file for each kind of step."""
