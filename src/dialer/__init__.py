"""The dialer: which lead is called when, and how many lines ring for the agents who are free.

Everything here is pure: events and ``now`` go in, decisions come out. It knows no switch, no queue and no store;
``control.adapters`` carries its decisions out.
"""
