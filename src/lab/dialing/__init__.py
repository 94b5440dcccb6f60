"""Campaigns in virtual time: any pacing, over leads whose fates do not depend on it."""
