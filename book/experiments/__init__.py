"""What chapter 10 runs: each experiment is seeded, and takes seconds on one core."""
