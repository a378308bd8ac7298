"""The client for Python against the program: python3 -m unittest client_test (with snn_dse on the path, in an empty folder)."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
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


def bounded(work, seconds=60):
    """What the work returns or raises; an error where it does not end."""
    found = []

    def run():
        try:
            found.append((work(), None))
        except BaseException as error:
            found.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise AssertionError(f"nothing came within {seconds} s")
    ((result, error),) = found
    if error is not None:
        raise error
    return result


def nested(levels):
    return {} if levels == 1 else {"a": nested(levels - 1)}


class Scalar:
    """A number as NumPy has it."""

    shape = ()

    def __init__(self, number):
        self.number = number

    def item(self):
        return self.number

    def __index__(self):
        return self.number


class Client(unittest.TestCase):
    def test_results_of_an_open_study_and_of_its_database_are_the_same(self):
        told = []
        with Study(description("tpe"), db="same.db", workers=1, on_event=told.append) as study:
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
            with self.assertRaisesRegex(InputError, "come from 'formula 1'"):
                study.tell(first)
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
        seeded = lambda seed: {"version": 1, "sweep": {"sampler": {"name": "tpe", "seed": seed}}}
        for seed, got in ((2**53 + 1, "9007199254740993"), (-(2**53) - 1, "-9007199254740993"), (10**5000, "a whole number of 16610 bits")):
            with self.subTest(got), self.assertRaisesRegex(InputError, f"seed: got {got}\n"):
                Study(seeded(seed))
        with self.assertRaises(InputError) as caught:
            Study(seeded(2**53))
        self.assertEqual([problem.message for problem in caught.exception.problems if problem.path.endswith("seed")], ["must be at most 4294967295, got 9007199254740992"])
        with Study(description()) as study:
            with self.assertRaisesRegex(InputError, "lanes"):
                study.evaluate([{"lanes": 3, "clock_mhz": 50}])

    def test_what_is_no_file_and_no_database_is_named(self):
        with self.assertRaises(InputError):
            Study("nowhere.yaml")
        with self.assertRaisesRegex(InputError, "nowhere.db"):
            results("nowhere.db")
        with self.assertRaises(InputError):
            results(os.curdir)
        with open("text.db", "w", encoding="utf-8") as file:
            file.write("no database" * 100)
        with self.assertRaisesRegex(InputError, "text.db"):
            results("text.db")

    def test_what_is_no_form_no_metrics_and_no_function_is_refused_with_its_place(self):
        with Study(description(), db="forms.db", evaluator="formula 1") as study:
            (point,) = study.ask()
            for made, place in (
                (lambda: study.tell(point, [1]), "metrics"),
                (lambda: study.tell(point, "ab"), "metrics"),
                (lambda: study.tell(point, 3), "metrics"),
                (lambda: study.results("table"), "form"),
                (lambda: study.pareto(form=3), "form"),
                (lambda: study.pareto("latency_us"), "objectives"),
                (lambda: study.pareto({"latency_us": "min"}), "objectives"),
                (lambda: study.pareto(3), "objectives"),
                (lambda: results("forms.db", form="x"), "form"),
                (lambda: pareto("forms.db", form=[]), "form"),
                (lambda: Study(description(), on_event=3), "on_event"),
                (lambda: Study(description(), on_warning="print"), "on_warning"),
            ):
                with self.subTest(place), self.assertRaises(InputError) as raised:
                    made()
                self.assertEqual(raised.exception.problems[0].path, place)
            self.assertEqual(study.open_points, [point.id])
            with mock.patch.dict(sys.modules, {"pandas": None}), self.assertRaisesRegex(SnnDseError, "pandas"):
                study.results("pandas")

    def test_an_exception_of_a_function_of_the_caller_is_printed_once_and_the_search_goes_on(self):
        seen = []

        def heard(event):
            raise KeyError("a typing error")

        with mock.patch.object(threading, "excepthook", lambda hooked: seen.append(hooked.exc_value)):
            with Study(description(budget=4), workers=1, on_event=heard) as study:
                study.sweep()
                rows = study.results("records")
        self.assertEqual([row["state"] for row in rows], ["done"] * 4)
        self.assertEqual([repr(error) for error in seen], ["KeyError('a typing error')"])

    def test_what_is_no_path_and_no_list_is_refused_with_its_place(self):
        for made, place in (
            (lambda: results(None), "db"),
            (lambda: pareto(1), "db"),
            (lambda: Study(["x"]), "description"),
            (lambda: Study("edge", db=3), "db"),
            (lambda: Study("edge", plugins="a.mjs"), "plugins"),
            (lambda: Study("edge", plugins=[None]), "plugins"),
        ):
            with self.assertRaises(InputError) as caught:
                made()
            self.assertEqual([problem.path for problem in caught.exception.problems], [place])
        with Study(description()) as study:
            for points in (1, None, "12", {"lanes": 1, "clock_mhz": 50}):
                with self.assertRaisesRegex(InputError, "expected a list of points"):
                    study.evaluate(points)

    def test_a_plug_in_is_used_where_it_is_named(self):
        with open("thirds.mjs", "w", encoding="utf-8") as file:
            file.write(
                "export const apiVersion = 1;\nexport default () => ({ samplers: { thirds: { about: 'x', create({ space }) { let i = 0;\n"
                "return { ask: () => [space.dimensions.map(() => (++i % 3) / 3)], tell() {} }; } } } });\n"
            )
        asked = {**description(), "plugins": ["./thirds.mjs"]}
        asked["sweep"] = {**asked["sweep"], "sampler": {"name": "thirds", "budget": 2}}
        with self.assertRaisesRegex(InputError, r"plugins=\["):
            Study(asked)
        with Study(asked, plugins=["thirds.mjs"]) as study:
            self.assertEqual(len(study.ask(1)), 1)

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

    @unittest.skipIf(os.name != "posix", "groups of processes")
    def test_ctrl_c_while_a_study_opens_ends_the_program_behind_its_wrapper(self):
        with open("behind.sh", "w", encoding="utf-8") as file:
            file.write("trap 'echo ended > ended; exit' TERM; echo ready > ready; while :; do sleep 0.05; done\n")

        def interrupt():
            while not os.path.exists("ready"):
                time.sleep(0.01)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=interrupt, daemon=True).start()
        start = time.monotonic()
        with mock.patch.dict(os.environ, {"SNN_DSE": "sh -c 'sh behind.sh; true'"}):
            with self.assertRaises(KeyboardInterrupt):
                Study(description())
        signal.signal(signal.SIGINT, before)
        self.assertLess(time.monotonic() - start, 20)
        self.assertTrue(os.path.exists("ended"))

    def test_rows_have_the_same_columns_whatever_parameters_are_named_and_however_points_end(self):
        search = {**description()["sweep"], "sampler": {"name": "grid"}}
        search["parameters"] = [
            {"path": "tile.core.lanes", "name": "id", "values": [16, 8, 4]},
            {"path": "chip.clock_mhz", "name": "state", "values": [50]},
        ]
        with Study(description(sweep=search), db="names.db", evaluator="formula 1") as study:
            done, late, large = study.ask(3)
            study.tell(done, {"energy_uj_per_inference": 1, "latency_us": 2.5})
            study.tell(late, failed="late")
            study.tell(large, infeasible="large")
            rows, (best,) = study.results("records"), study.pareto(form="records")
        self.assertEqual(rows, results("names.db", "records"))
        self.assertEqual([(row["id"], row["state"]) for row in rows], [(done.id, "done"), (late.id, "failed"), (large.id, "infeasible")])
        self.assertEqual([row["parameter_id"] for row in rows], [point.values["id"] for point in (done, late, large)])
        self.assertEqual([row["energy_uj_per_inference"] for row in rows], [1, None, None])
        self.assertEqual(len({tuple(row) for row in rows}), 1)
        self.assertEqual((best["id"], best["parameter_id"], best["parameter_state"]), (done.id, done.values["id"], 50))

    def test_a_database_that_was_changed_is_refused(self):
        with Study(description("grid"), db="whole.db", evaluator="formula 1") as study:
            for point in study.ask(2):
                study.tell(point, {"energy_uj_per_inference": 10 * point.id, "latency_us": 1})

        def changed(*statements):
            shutil.copyfile("whole.db", "changed.db")
            database = sqlite3.connect("changed.db")
            with database:
                for statement in statements:
                    database.execute(statement)
            database.close()
            try:
                return bounded(lambda: results("changed.db", "records"))
            finally:
                os.remove("changed.db")

        self.assertEqual([row["energy_uj_per_inference"] for row in changed() if row["state"] == "done"], [10, 20])
        with self.assertRaisesRegex(InputError, "damaged"):
            changed("UPDATE result SET energy_uj_per_inference = 15 WHERE point_id = 2")
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        with self.assertRaises(InputError):
            changed("DROP VIEW design_point", f"CREATE VIEW design_point AS {endless} SELECT i AS id, 0 AS on_front FROM n")

    def test_what_is_no_message_is_refused_with_its_place(self):
        with Study(description(), evaluator="formula 1") as study:
            (point,) = study.ask()
            cases = [
                (lambda: study.tell(point, {"latency_us": float("nan")}), "metrics.latency_us: got nan"),
                (lambda: study.tell(point, {"latency_us": {1, 2}}), "metrics.latency_us: got set"),
                (lambda: study.tell(point, failed="x" * (17 << 20)), "bytes"),
                (lambda: study.evaluate([nested(40)]), "deeper than 32 levels"),
                (lambda: study.tell("first", failed="late"), "expected a point"),
                (lambda: study.evaluate([point, None]), "expected a point"),
            ]
            for work, message in cases:
                with self.assertRaisesRegex(InputError, message) as caught:
                    bounded(work)
                self.assertEqual(len(caught.exception.problems), 1)
            study.tell(Scalar(point.id), {"energy_uj_per_inference": Scalar(1.5), "latency_us": Scalar(3)})
            (row,) = [row for row in study.results("records") if row["state"] == "done"]
            self.assertEqual((row["energy_uj_per_inference"], row["latency_us"]), (1.5, 3))

    def test_the_deepest_and_longest_messages_that_are_sent_are_read(self):
        with Study(description(), evaluator="formula 1") as study:
            study.ask()
            deep = {"study": 1, "id": 1, "metrics": nested(30)}
            with self.assertRaisesRegex(InputError, "unknown metric"):
                bounded(lambda: study._connection.request("tell", deep))
            with self.assertRaisesRegex(InputError, "unknown metric"):
                bounded(lambda: study.tell(1, {"x" * (snn_dse._MOST_BYTES - 200): 1}))

    def test_nobody_waits_for_a_request_that_the_program_could_not_read(self):
        with Study(description()) as study, mock.patch.object(snn_dse, "_MOST_LEVELS", 100):
            with self.assertRaisesRegex(SnnDseError, "deeper"):
                bounded(lambda: study.evaluate([nested(40)]))
            self.assertEqual(len(bounded(study.ask)), 1)

    def test_a_function_of_the_caller_may_ask_and_close(self):
        fronts, closed = [], threading.Event()

        def heard(event):
            if event["type"] == "front-changed":
                fronts.append(len(study.pareto(form="records")))
            if event["type"] == "point-done" and event["id"] == 4:
                study.close()
                closed.set()

        study = Study(description(budget=4), workers=1, on_event=heard)
        try:
            bounded(study.sweep)
        except SnnDseError:
            pass  # closed during its last request
        self.assertTrue(closed.wait(60))
        self.assertGreater(len(fronts), 0)

    def test_a_study_knows_how_many_points_run_at_the_same_time(self):
        warnings = []
        with Study(description(), workers=1000, on_warning=warnings.append) as study:
            used = study.workers
        self.assertIn(f"{used} are used", warnings[0])
        if hasattr(os, "sched_getaffinity"):
            with Study(description()) as study:
                self.assertEqual(study.workers, len(os.sched_getaffinity(0)))

    def test_a_large_request_and_a_large_answer_at_the_same_time_arrive(self):
        with open("fake.py", "w", encoding="utf-8") as file:
            file.write(
                "import json, sys\n"
                "def answer(line): print(json.dumps({'jsonrpc': '2.0', 'id': json.loads(line)['id'], 'result': 'read'}), flush=True)\n"
                "first = sys.stdin.buffer.readline()\n"
                "sys.stdin.buffer.peek(1)  # the next one is being written\n"
                "answer(first)\n"
                "print(json.dumps({'jsonrpc': '2.0', 'method': 'news', 'params': {'text': 'x' * (1 << 20)}}), flush=True)\n"
                "answer(sys.stdin.buffer.readline())\n"
            )
        with mock.patch.dict(os.environ, {"SNN_DSE": f"'{sys.executable}' fake.py"}):
            connection = snn_dse._Connection(lambda method, params: None)
        small = threading.Thread(target=lambda: connection.request("small", {}), daemon=True)
        small.start()
        while not connection._waiting:
            time.sleep(0.001)
        self.assertEqual(bounded(lambda: connection.request("large", {"text": "x" * (1 << 20)}), 20), "read")
        small.join(20)
        self.assertFalse(small.is_alive())
        connection.close()

    def test_what_the_program_prints_beside_is_read_whatever_its_encoding_and_length(self):
        with open("talkative.py", "w", encoding="utf-8") as file:
            file.write(
                "import sys\n"
                "words = sys.stderr.buffer\n"
                "words.write(b'f\\374r\\n' + 20_000 * b'a note\\n' + 200_000 * b'-' + b'\\nEnde f\\374r heute\\n')\n"
                "words.flush()\n"
            )
        with mock.patch.dict(os.environ, {"SNN_DSE": f"'{sys.executable}' talkative.py"}):
            with self.assertRaisesRegex(SnnDseError, "Ende f\ufffdr heute"):
                bounded(lambda: Study(description()), 20)

    def test_what_is_not_the_program_is_an_error(self):
        numbers = json.dumps({"jsonrpc": "1.0"})
        for command, message in [
            ("sh -c 'echo Welcome; cat >/dev/null'", "Welcome"),
            (f"sh -c 'echo \"{numbers}\"; cat >/dev/null'", "no message"),
            ("sh -c 'printf \"\\377\\n\"; cat >/dev/null'", "ended"),
            ("no-such-program", "no-such-program cannot be started"),
            ("node 'x", "no command line"),
        ]:
            with mock.patch.dict(os.environ, {"SNN_DSE": command}):
                with self.assertRaisesRegex(SnnDseError, message):
                    bounded(lambda: Study(description()))

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
        with Study(description(budget=2), db="form.db", workers=1) as study:
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
