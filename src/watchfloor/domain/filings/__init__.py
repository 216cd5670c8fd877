"""Reports that people of a site are to hand in, and those that they did."""
