"""How many calls are placed now: one small protocol, and the ways of pacing behind it.

``view`` is what a pacing sees and ``observations`` what it learns from; both come from whoever runs the campaign, be it
the dialer or a simulation.
"""
