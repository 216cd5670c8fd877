"""Watchfloor: the AIOps operations centre for people who guard and run places."""

__version__ = "0.1.0"
