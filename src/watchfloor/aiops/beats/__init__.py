"""Which devices are dark, told from the beats that do not come; and how well the others are."""
