"""Random search in plain Python, with `snn-dse` as the simulator: python3 random_search.py [DESCRIPTION] [POINTS]

The points are Python's own choice; the study evaluates and stores them, and says which are on the front.
"""

import random
import sys

from snn_dse import Study


def drawn(rng, axis):
    """A random value of an axis."""
    if axis["values"]:
        return rng.choice(axis["values"])
    if axis["step"]:
        return axis["low"] + axis["step"] * rng.randint(0, round((axis["high"] - axis["low"]) / axis["step"]))
    return rng.uniform(axis["low"], axis["high"])


def search(description="edge", points=20, seed=1, **options):
    """Evaluates `points` random points of the description's axes, a few at a time. Returns the front as a list of dicts."""
    rng = random.Random(seed)
    with Study(description, **options) as study:

        def draw():
            return {axis["name"]: drawn(rng, axis) for axis in study.axes}

        for start in range(0, points, study.workers):
            for found in study.evaluate([draw() for _ in range(min(study.workers, points - start))]):
                print(found.state, found.values, found.objectives or found.reason)
        return study.pareto(form="records")


if __name__ == "__main__":
    front = search(*sys.argv[1:2], *map(int, sys.argv[2:3]))
    print(len(front), "points are on the front")
