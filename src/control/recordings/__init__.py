"""Recordings of calls, from the rule that asks for one to the day it is deleted."""
