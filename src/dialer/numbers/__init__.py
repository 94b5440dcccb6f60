"""Telephone numbers as they stand in lists: made E.164, checked against the numbering plans, by the million.

What a number means is libphonenumber's word, which ``phonenumbers`` has in Python. It takes some 150 us for a number;
``plan`` asks the same patterns in the same order, compiled once, and leaves to ``phonenumbers`` whatever is not plain.
A property test compares the two.
"""
