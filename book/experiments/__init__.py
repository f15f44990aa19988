"""What chapters 10 and 11 run: each experiment is seeded, and takes seconds on one core."""
