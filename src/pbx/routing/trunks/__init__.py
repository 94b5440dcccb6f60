"""Trunks, the pure part: what a carrier's line is, may carry, and costs, and which one a call goes out by."""
