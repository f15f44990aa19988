"""The instructor's side: grade notebooks from strangers, on top of an unmodified nbgrader.

`python -m grading ASSIGNMENT SUBMISSIONS -o RESULTS` is where to begin; book/instructors.md tells
what it guarantees. The way of one submission: intake → rebuild → execute (student code in a
sandbox, tests out here) → clean → feedback → gradebook.
"""
