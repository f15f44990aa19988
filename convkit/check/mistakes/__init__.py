"""The words of every named mistake, each once: a file for each family."""
