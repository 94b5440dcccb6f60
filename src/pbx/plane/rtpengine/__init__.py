"""Audio that rtpengine relays: the other maker of the plane, beside the local media workers."""
