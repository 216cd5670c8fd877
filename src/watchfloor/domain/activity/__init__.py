"""Signs of people: where they are, and that they do something."""
