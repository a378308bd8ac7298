"""Random search in plain Python, with `snn-dse` as the simulator: python3 random_search.py [DESCRIPTION] [POINTS]

The points are Python's own choice; the study evaluates and stores them, and says which are on the front.
"""

import random
import sys

from snn_dse import Study


def search(description="edge", points=20, seed=1, **options):
    """Evaluates `points` random points of the description's axes, a few at a time. Returns the front as a list of dicts."""
    rng = random.Random(seed)
    with Study(description, **options) as study:

        def draw():
            return {
                axis["name"]: rng.choice(axis["values"]) if axis["values"] else round(rng.uniform(axis["low"], axis["high"]), 3)
                for axis in study.axes
            }

        for start in range(0, points, study.workers):
            for found in study.evaluate([draw() for _ in range(min(study.workers, points - start))]):
                print(found.state, found.values, found.objectives or found.reason)
        return study.pareto(form="records")


if __name__ == "__main__":
    front = search(*sys.argv[1:2], *map(int, sys.argv[2:3]))
    print(len(front), "points are on the front")
