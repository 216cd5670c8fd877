"""What goes wrong with things: power, carriers, devices, releases; and people who break in."""
