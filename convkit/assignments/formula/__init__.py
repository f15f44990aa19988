"""Many filters at once, as one sum or one matrix: what several assignments share."""
