"""What the operation shows by itself, against a known truth: a section of the results for each."""
