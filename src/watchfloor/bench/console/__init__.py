"""Measures the console in a real browser. Each module has one part; `measuring` has the order."""
