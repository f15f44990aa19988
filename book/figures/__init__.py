"""The figures of the book: one function a figure, one file a chapter. See style.py."""
