"""The SIP ladder: which messages a call was made of, in their order, to be read or drawn."""
