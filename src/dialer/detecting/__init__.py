"""Answering-machine detection: who, or what, has answered a call, from what is heard on its line.

``Detector`` gives one verdict on each call; where it is ``machine`` and a message is to be left, ``MessageCue`` says
when to begin. Both are told sounds and the passing of time, in milliseconds since the answer.
"""
