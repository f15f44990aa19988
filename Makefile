# make X = python3 run.py X, nothing more.
PYTHON ?= python3
COMMANDS = book html pdf test fuzz bench gpu grade words scripts pins exercises wheel clean

.PHONY: help $(COMMANDS)
help:
	@$(PYTHON) run.py --help
$(COMMANDS):
	@$(PYTHON) run.py $@ $(ARGS)
