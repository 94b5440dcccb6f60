"""Campaigns beside their dialling: whether they run, their lists and how these come in, their figures."""
