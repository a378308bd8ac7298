"""Optuna's samplers with `snn-dse` as the simulator: python3 optuna_search.py [DESCRIPTION] [TRIALS]

Optuna chooses the points; the study evaluates them in its workers, stores them, and draws the front. It needs `optuna`, and a description without
conditional parameters.
"""

import sys

import optuna

from snn_dse import Study


def suggested(trial, axis):
    """Optuna's value of an axis."""
    name, low, high, step = axis["name"], axis["low"], axis["high"], axis["step"]
    if axis["values"]:
        return trial.suggest_categorical(name, axis["values"])
    if axis["isInteger"]:
        return trial.suggest_int(name, int(low), int(high), step=int(step))
    return trial.suggest_float(name, low, high, step=step)


def search(description="edge", trials=50, seed=1, **options):
    """Runs `trials` trials of NSGA-II. Returns Optuna's study and the front as a list of dicts."""
    with Study(description, **options) as study:

        def suggest(trial):
            return {axis["name"]: suggested(trial, axis) for axis in study.axes}

        def objective(trial):
            (found,) = study.evaluate([suggest(trial)])
            if found.objectives is None or None in found.objectives:
                raise optuna.TrialPruned(found.reason)
            trial.set_user_attr("id", found.id)
            return found.objectives

        directions = ["minimize" if one["direction"] == "min" else "maximize" for one in study.objectives]
        optimiser = optuna.create_study(directions=directions, sampler=optuna.samplers.NSGAIISampler(population_size=16, seed=seed))
        # Threads: each waits for a worker of its own.
        optimiser.optimize(objective, n_trials=trials, n_jobs=study.workers, catch=())
        return optimiser, study.pareto(form="records")


if __name__ == "__main__":
    _, front = search(*sys.argv[1:2], *map(int, sys.argv[2:3]))
    print(len(front), "points are on the front")
