"""What keeps trunks alive: their addresses looked up, registrations kept, health asked after."""
