"""What a worker needs, imported once and shared by all that are forked from here."""

import nbformat  # noqa: F401
import nbgrader.utils  # noqa: F401

import grading.pool  # noqa: F401
