"""Work orders, the jobs that bring them again and again, and the assets they are done at."""
