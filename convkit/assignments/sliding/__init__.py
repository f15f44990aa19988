"""A filter that slides, as a recipe in steps; and the wrong steps that several exercises share."""
