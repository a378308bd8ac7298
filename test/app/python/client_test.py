"""The client for Python against the program: python3 -m unittest client_test (with snn_dse on the path, in an empty folder)."""

import os
import subprocess
import sys
import threading
import unittest
from unittest import mock

import snn_dse
from snn_dse import InputError, SnnDseError, Study, pareto, results


def description(sampler="random", budget=8, **change):
    return {
        "version": 1,
        "extends": "mesh-2x2",
        "network": {"model": "mnist-rows-lif.safetensors"},
        "workload": {"dataset": "mnist-rows", "samples": 20, "timing_samples": 1},
        "sweep": {
            "parameters": [
                {"path": "tile.core.lanes", "values": [1, 2, 4, 8, 16]},
                {"path": "chip.clock_mhz", "values": [50, 100, 150, 200]},
            ],
            "objectives": {"energy_uj_per_inference": "min", "latency_us": "min"},
            "sampler": {"name": sampler, "budget": budget},
        },
        **change,
    }


class Client(unittest.TestCase):
    def test_results_of_an_open_study_and_of_its_database_are_the_same(self):
        told = []
        with Study(description("tpe"), db="same.db", workers=2, on_event=told.append) as study:
            study.sweep(2)
            self.assertEqual(study.ended, "budget")
            self.assertEqual(study.open_points, [])
            self.assertEqual([one["direction"] for one in study.objectives], ["min", "min"])
            rows, front = study.results("records"), study.pareto(form="records")
            best = study.result(front[0]["id"])
            self.assertGreater(len(best["breakdown"]), 3)
            self.assertGreaterEqual(study.hypervolume(), 0)
        self.assertEqual(rows, results("same.db", "records"))
        self.assertEqual(len(rows), 8)
        self.assertEqual({row["id"] for row in front}, {row["id"] for row in pareto("same.db", "records")})
        self.assertEqual({event["type"] for event in told} & {"started", "point-done"}, {"started", "point-done"})
        with Study(description("tpe"), db="same.db") as again:
            self.assertEqual(again.ask(5), [])

    def test_points_go_out_and_come_back_in_any_order_from_any_thread(self):
        with Study(description(budget=6), workers=2) as study:
            points = study.ask(6)
            self.assertEqual(study.open_points, [point.id for point in points])

            def work(point):
                study.tell(study.evaluate([point])[0])

            threads = [threading.Thread(target=work, args=(point,)) for point in reversed(points)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual([row["state"] for row in study.results("records")], ["done"] * 6)
            with self.assertRaisesRegex(InputError, "told before"):
                study.tell(points[0])

    def test_results_of_another_evaluator_are_told_and_no_others(self):
        with Study(description(), evaluator="formula 1") as study:
            first, second, third = study.ask(3)
            with self.assertRaisesRegex(InputError, "latency_us: is missing"):
                study.tell(first, {"energy_uj_per_inference": 1})
            study.tell(first, {"energy_uj_per_inference": 1, "latency_us": 2.5})
            study.tell(second, infeasible="too large")
            study.tell(third.id, failed="no licence")
            rows = study.results("records")
            states = {row["id"]: row["state"] for row in rows}
            self.assertEqual([states[point.id] for point in (first, second, third)], ["done", "infeasible", "failed"])
            self.assertEqual(rows[0]["latency_us"], 2.5)
        with Study(description()) as study:
            (point,) = study.ask()
            with self.assertRaisesRegex(InputError, "evaluator"):
                study.tell(point, {"energy_uj_per_inference": 1, "latency_us": 2})

    def test_problems_have_places(self):
        with self.assertRaises(InputError) as caught:
            Study({"version": 1, "chip": {"clock_mhz": "fast"}})
        (problem,) = caught.exception.problems
        self.assertEqual((problem.path, problem.line), ("chip.clock_mhz", 1))
        with self.assertRaises(InputError):
            Study("nowhere.yaml")
        with self.assertRaisesRegex(InputError, "no such file"):
            results("nowhere.db")
        with open("text.db", "w", encoding="utf-8") as file:
            file.write("no database" * 100)
        with self.assertRaisesRegex(InputError, "no database of a study"):
            results("text.db")
        with Study(description()) as study:
            with self.assertRaisesRegex(InputError, "lanes"):
                study.evaluate([{"lanes": 3, "clock_mhz": 50}])
            with self.assertRaises(ValueError):
                study.results("table")

    def test_a_program_that_ends_is_an_error_and_nobody_waits_for_it(self):
        study = Study(description())
        process = study._connection._process
        (point,) = study.ask()
        process.kill()
        with self.assertRaisesRegex(SnnDseError, "has ended"):
            study.evaluate([point])
        with self.assertRaisesRegex(SnnDseError, "has ended"):
            study.close()
        with self.assertRaisesRegex(SnnDseError, "closed"):
            study.ask()

    def test_the_program_is_found_by_the_environment(self):
        main = snn_dse.program()[-1]
        with mock.patch.dict(os.environ, {"SNN_DSE": main}):
            self.assertEqual(snn_dse.program(), ["node", main] if main.endswith(".js") else [main])
        with mock.patch.dict(os.environ, {"SNN_DSE": "node --no-warnings x.js"}):
            self.assertEqual(snn_dse.program(), ["node", "--no-warnings", "x.js"])
        with mock.patch.dict(os.environ, {"SNN_DSE": "false"}):
            with self.assertRaisesRegex(SnnDseError, "has ended"):
                Study(description())

    def test_pandas_is_used_where_it_is_and_not_needed(self):
        with Study(description(budget=2), db="form.db") as study:
            study.sweep()
        code = "import sys; sys.modules['pandas'] = None; import snn_dse; print(type(snn_dse.results('form.db')).__name__)"
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        self.assertEqual(said.stdout.strip(), "list")
        try:
            import pandas
        except ImportError:
            return
        frame = results("form.db")
        self.assertIsInstance(frame, pandas.DataFrame)
        self.assertEqual((len(frame), frame["lanes"].dtype.kind, frame["on_front"].dtype.kind), (2, "i", "b"))


if __name__ == "__main__":
    unittest.main()
