"""The only translators between the switch, the distributor and the configuration."""
