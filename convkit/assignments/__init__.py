"""What the assignments are: exercises with their parts and points, right answers, named mistakes.

One package for each, called as its folders are: `a03_design_filters`. It is imported when one of
its exercises is asked for, by `convkit.check.registry` and by nobody else. No assignment imports
another: `sliding` and `formula` hold what several of them share.
`python -m convkit.assignments 3.2` tells of one exercise.

The assignments stay inside the package `convkit`, and are not a package beside it: the browser and
`pip install` fetch one wheel with one package, and a package of another name could belong to
somebody else on the package index.
"""
