"""Tickets, what was promised of them, and who is told when it is not kept."""
