"""Addresses to which public changes are sent, signed, until they are taken."""
