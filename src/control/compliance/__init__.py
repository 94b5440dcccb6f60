"""What makes each dial defensible: lists of who must not be called, and the ledger. Its rules are in the dialer."""
