"""Clients, sites, devices and people as one inventory: written, listed, imported alike."""
