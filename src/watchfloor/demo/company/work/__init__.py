"""What people do and leave undone: shifts, tours, tickets, work orders, arming; and who cheats."""
