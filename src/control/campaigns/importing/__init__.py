"""Lists as they come in: a file is read row by row in a process of its own, and each row becomes a lead or is refused.

Of a large list one process reads (``apart``) and another writes (``program``), so that two cores work on it.
Whatever was taken is committed together with how far the file is read: a program that dies in between goes on where
it was, and no row comes in twice.
"""
