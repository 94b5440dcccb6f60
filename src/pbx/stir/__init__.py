"""Who vouches for a caller's number: STIR (RFC 8224, 8225) with the SHAKEN attestation (RFC 8588, ATIS-1000074)."""
