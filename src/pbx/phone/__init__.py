"""A softphone in asyncio, on the same SIP core as the switch: for demos, tests and load."""

from pbx.phone.call import CallState, PhoneCall
from pbx.phone.phone import Phone, PhoneError

__all__ = ["CallState", "Phone", "PhoneCall", "PhoneError"]
