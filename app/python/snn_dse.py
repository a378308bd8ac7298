"""Design-space exploration of neuromorphic chips from Python: studies by ask and tell, results, fronts.

    from snn_dse import Study, results

    with Study("edge.yaml", db="edge.db") as study:
        for points in study.batches(8):
            for evaluation in study.evaluate(points):
                study.tell(evaluation.id)
        print(study.pareto())

    results("edge.db")        # a pandas DataFrame where pandas is installed, else a list of dicts

The file needs Python 3.9 and the program `snn-dse`, and no further package. It looks for the program in the environment's SNN_DSE, in its
own package, on the PATH, and by npx. Errors are `SnnDseError`; wrong input is `InputError`, whose `problems` say where and what to type.
"""

from __future__ import annotations

import collections
import itertools
import json
import math
import operator
import os
import queue
import shlex
import shutil
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

__all__ = ["Study", "Point", "Evaluation", "Problem", "SnnDseError", "InputError", "InfeasibleError", "results", "pareto", "program"]

Row = Dict[str, Any]
Values = Mapping[str, Union[int, float, str, bool]]


@dataclass(frozen=True)
class Problem:
    """One mistake in an input: where it is, what is wrong, and what to type next."""

    file: str
    line: Optional[int]
    column: Optional[int]
    path: str
    message: str
    fix: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}:{self.column or 1}"
        return f"{place}: {self.path + ': ' if self.path else ''}{self.message}" + (f"\n    {self.fix}" if self.fix else "")


class SnnDseError(Exception):
    """The program refused or could not do what was asked."""

    def __init__(self, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        #: The error as the program reports it.
        self.data: Mapping[str, Any] = data or {}


class InputError(SnnDseError):
    """Wrong input; `problems` holds all of them."""

    @property
    def problems(self) -> List[Problem]:
        """Every problem, with its place."""
        names = ("file", "line", "column", "path", "message", "fix")
        empty = {"file": "", "line": None, "column": None, "path": "", "message": "", "fix": ""}
        return [Problem(**{name: problem.get(name, empty[name]) for name in names}) for problem in self.data.get("problems", [])]


class InfeasibleError(SnnDseError):
    """The point cannot exist: `data` has code, resource, need, have and fix."""


@dataclass(frozen=True)
class Point:
    """A design point that a study asks for."""

    id: int
    #: Content address of all that its result depends on.
    key: str
    #: Values of the active parameters by name.
    values: Dict[str, Any]
    #: Values by path of the description.
    by_path: Dict[str, Any]
    #: Share of the timed utterances: 1, or less for trials of the sampler `screen`.
    fidelity: float


@dataclass(frozen=True)
class Evaluation:
    """The result of a point that the program evaluated."""

    id: int
    values: Dict[str, Any]
    #: "done", "infeasible", "failed" or "timeout".
    state: str
    #: By name; None unless done. A metric that is unknown is None.
    metrics: Optional[Dict[str, Optional[float]]]
    #: In the order of the study's objectives; None where one is unknown.
    objectives: Optional[List[float]]
    #: 0: the point meets all constraints; None: unknown, as it has no result.
    violation: Optional[float]
    code: Optional[str]
    reason: Optional[str]
    duration_ms: float
    #: Metrics, breakdown of energy and area, operations, utilisation; with `full=True` only.
    result: Optional[Dict[str, Any]]


def program() -> List[str]:
    """The command that starts the program: SNN_DSE of the environment, that of this file's package, `snn-dse` on the PATH, or npx."""
    named = os.environ.get("SNN_DSE")
    if named:
        try:
            words = [named] if os.path.exists(named) else shlex.split(named)
        except ValueError as error:
            raise SnnDseError(f"SNN_DSE is no command line: {error}") from None
        return ["node", *words] if len(words) == 1 and words[0].endswith(".js") else words
    own = Path(__file__).resolve().parents[2] / "dist" / "main.js" if len(Path(__file__).resolve().parents) > 2 else None
    if own is not None and own.exists() and shutil.which("node"):
        return ["node", str(own)]
    if shutil.which("snn-dse"):
        return ["snn-dse"]
    if shutil.which("npx"):
        return ["npx", "--no", "snn-dse"]
    raise SnnDseError("snn-dse was not found: install it (npm install snn-dse), or name its command in the environment's SNN_DSE")


class _Connection:
    """One `snn-dse serve --stdio`; requests from any thread, answers by number. Notifications have a thread of their own, so that a caller's
    function may ask in turn."""

    def __init__(self, told: Callable[[str, Mapping[str, Any]], None], plugins: Sequence[str] = ()) -> None:
        self._told = told
        self._numbers = itertools.count(1)
        self._waiting: Dict[int, "queue.Queue[Optional[Mapping[str, Any]]]"] = {}
        self._lock = threading.Lock()
        # Not the lock above: a write may wait until the program has written, and so until `_read` has read.
        self._writing = threading.Lock()
        self._ended = False
        self._news: "queue.Queue[Optional[Mapping[str, Any]]]" = queue.Queue()
        self._last_words: "collections.deque[str]" = collections.deque(maxlen=30)
        words = program()
        try:
            # A session of its own: this process handles Ctrl-C, and closes the study in order.
            self._process = subprocess.Popen(
                [*words, "serve", "--stdio", *(f"--plugin={plugin}" for plugin in plugins)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=os.name == "posix",
            )
        except OSError as error:
            raise SnnDseError(f"{words[0]} cannot be started ({error}): name the command of snn-dse in the environment's SNN_DSE") from None
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._drain, self._tell)]
        for thread in self._threads:
            thread.start()

    def request(self, method: str, params: Mapping[str, Any]) -> Any:
        """The answer's result. Raises `InputError` for what is no message, and `SnnDseError` for an answer that is an error, and where the program
        has ended."""
        number = next(self._numbers)
        answer: "queue.Queue[Optional[Mapping[str, Any]]]" = queue.Queue(1)
        line = _line(number, method, params)
        with self._lock:
            if self._ended or self._process.stdin is None:
                raise self._gone()
            self._waiting[number] = answer
        try:
            with self._writing:
                self._process.stdin.write(line)
                self._process.stdin.flush()
        except (OSError, ValueError):  # ended, or closed meanwhile
            raise self._gone() from None
        message = answer.get()
        if message is None:
            raise self._gone()
        if "error" in message:
            raise _error_of(message["error"])
        return message["result"]

    def cancel(self) -> None:
        """Ends the program with its running requests; it closes its studies first."""
        self._signal("SIGTERM")
        self.close()

    def close(self) -> None:
        """Ends the program by closing its input; it answers all requests first."""
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
        except OSError:
            pass
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._signal("SIGKILL")
            self._process.wait()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(5)
        for thread, pipe in zip(self._threads, (self._process.stdout, self._process.stderr)):
            if pipe is not None and not thread.is_alive():  # closing would wait for a read that waits for a program behind this one
                pipe.close()

    def _signal(self, name: str) -> None:
        """Signals the program and the wrapper that may have started it, which alone would hand nothing on."""
        try:
            if os.name == "posix":
                os.killpg(self._process.pid, getattr(signal, name))
            else:
                self._process.kill()
        except OSError:  # ended
            pass

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                self._take(line)
        except ValueError:  # no UTF-8, or no message: not our program, or one that another writes between
            self._signal("SIGTERM")
        finally:
            with self._lock:
                self._ended = True
                waiting, self._waiting = self._waiting, {}
            for answer in waiting.values():
                answer.put(None)
            self._news.put(None)

    def _take(self, line: str) -> None:
        """Hands on one message. Raises `ValueError` for a line that is none."""
        try:
            message = json.loads(line)
            if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
                raise ValueError
        except ValueError:
            self._last_words.append(f"its output has a line that is no message: {line[:200].rstrip()!r}")
            raise
        if "method" in message:
            self._news.put(message)
            return
        number = message.get("id")
        with self._lock:
            # Without a number the program could not read a request, and does not say which: nobody may wait for it.
            numbers = list(self._waiting) if number is None else [number]
            answers = [self._waiting.pop(one, None) for one in numbers]
        for answer in answers:
            if answer is not None:
                answer.put(message)

    def _drain(self) -> None:
        assert self._process.stderr is not None
        # Bytes: whatever a wrapper or a library prints there, in any encoding and length, must be read, or its writer would wait for ever.
        stream = self._process.stderr.buffer
        for line in iter(lambda: stream.readline(_MOST_WORDS), b""):
            self._last_words.append(line.decode("utf-8", "replace").rstrip())

    def _tell(self) -> None:
        has_failed = False
        for message in iter(self._news.get, None):
            try:
                self._told(message["method"], message.get("params", {}))
            except Exception as error:  # a caller's function must not end the telling
                self._last_words.append(f"{type(error).__name__}: {error}")
                if not has_failed:  # once: it may be called for every point
                    threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread())))
                has_failed = True

    def _gone(self) -> SnnDseError:
        self._threads[1].join(2)  # its last words may still be on their way
        said = "\n".join(self._last_words)
        return SnnDseError("the program has ended" + (f":\n{said}" if said else ""))


#: Most bytes of a line of the program's stderr that are kept as one.
_MOST_WORDS = 64 * 1024
#: Bytes and levels of a message that the program reads.
_MOST_BYTES = 16 * 1024 * 1024
_MOST_LEVELS = 32


def _line(number: int, method: str, params: Mapping[str, Any]) -> str:
    """A request as the program reads it. Raises `InputError` for what it could not read."""
    # The message is one level, its parameters are the next.
    plain = {name: _plain(value, method, name, 3) for name, value in params.items()}
    line = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": plain})
    if len(line) > _MOST_BYTES:  # json.dumps gives ASCII
        raise _wrong(method, "", f"the request has {len(line)} bytes", f"at most {_MOST_BYTES} are read: give fewer points or shorter texts")
    return line + "\n"


def _plain(value: Any, method: str, path: str, level: int) -> Any:
    """The value as JSON holds it. Numbers of NumPy are plain numbers."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        if not _is_exact(value):
            shown = value if value.bit_length() <= 128 else f"a whole number of {value.bit_length()} bits"
            raise _wrong(method, path, f"got {shown}", f"expected a number that a double holds: whole numbers up to {2**53} are")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _wrong(method, path, f"got {value}", "expected a finite number; None for a metric that is unknown")
        return value
    if isinstance(value, (Mapping, list, tuple)) and level > _MOST_LEVELS:
        raise _wrong(method, "", f"nests deeper than {_MOST_LEVELS} levels", "give values as the description has them")
    if isinstance(value, Mapping):
        return {str(name): _plain(one, method, f"{path}.{name}", level + 1) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one, method, f"{path}.{place}", level + 1) for place, one in enumerate(value)]
    raise _wrong(method, path, f"got {type(value).__name__}", "expected a number, a text, True, False, None, a list or a dict")


def _is_exact(value: int) -> bool:
    """Whether the program, which reads every number as a double, reads this one."""
    try:
        return int(float(value)) == value
    except OverflowError:
        return False


def _wrong(file: str, path: str, message: str, fix: str) -> "InputError":
    problem = {"file": file, "path": path, "message": message, "fix": fix}
    return InputError(f"{file}: {path + ': ' if path else ''}{message}\n    {fix}", {"problems": [problem]})


def _error_of(error: Mapping[str, Any]) -> SnnDseError:
    data = error.get("data") or {}
    kind = {-32602: InputError, -32002: InputError, -32003: InfeasibleError}.get(error["code"], SnnDseError)
    return kind(error["message"], data)


class Study:
    """A search of a description's design space that you drive; a context manager.

    `description` is the path of a YAML file, the name of a shipped one, or the same as a dict. Asked for n points at a time, a study asks what
    `snn-dse sweep --workers n` asks. Methods may be called from several threads.
    """

    def __init__(
        self,
        description: Union[str, "os.PathLike[str]", Mapping[str, Any]],
        *,
        db: Union[str, "os.PathLike[str]", None] = None,
        workers: Optional[int] = None,
        budget: Optional[int] = None,
        evaluator: Optional[str] = None,
        beside: Union[str, "os.PathLike[str]", None] = None,
        retries: Optional[int] = None,
        retry_failed: bool = False,
        rerun: bool = False,
        warm_start: Union[str, "os.PathLike[str]", None] = None,
        plugins: Sequence[Union[str, "os.PathLike[str]"]] = (),
        on_event: Optional[Callable[[Mapping[str, Any]], None]] = None,
        on_warning: Optional[Callable[[str], None]] = None,
    ) -> None:
        """Opens the study.

        db: keeps the results, as that of a sweep; opened again, the study continues. None: they are kept while it is open.
        workers: points at a time; default: the usable cores.
        budget: points in all, in place of the description's.
        evaluator: who finds the results, with its version, where that is not this program; only then may you tell your own.
        beside: the folder beside which a dict's model and data files lie; default: the current one.
        plugins: files of plug-ins that the description may use; their code runs in the program.
        on_event, on_warning: called by a thread of the study, one after the other; they may call its methods. The first exception of theirs is
        printed, as that of any thread (threading.excepthook); the search goes on.
        """
        for name, function in (("on_event", on_event), ("on_warning", on_warning)):
            if function is not None and not callable(function):
                raise _wrong("open", name, f"got {type(function).__name__}", "expected a function of one argument")
        self._on_event = on_event
        self._on_warning = on_warning
        whole = dict(description) if isinstance(description, Mapping) else _path("open", "description", description)
        given = {
            "db": None if db is None else _path("open", "db", db),
            "beside": None if beside is None else _path("open", "beside", beside),
            "warmStart": None if warm_start is None else _path("open", "warm_start", warm_start),
            **{"workers": workers, "budget": budget, "evaluator": evaluator, "retries": retries},
            **{"retryFailed": retry_failed or None, "rerun": rerun or None, "events": on_event is not None or None},
        }
        if isinstance(plugins, (str, bytes, os.PathLike)) or not isinstance(plugins, Iterable):
            raise _wrong("open", "plugins", f"got {type(plugins).__name__}", 'expected a list of files, e.g. ["halton.mjs"]')
        self._connection = _Connection(self._told, [_path("open", "plugins", plugin) for plugin in plugins])
        try:
            opened = self._connection.request("open", {"description": whole, **{k: v for k, v in given.items() if v is not None}})
        except BaseException:
            self._connection.cancel()
            raise
        self._study: Optional[int] = opened["study"]
        self._state = {"ended": opened["ended"], "open": []}
        #: The description's name.
        self.name: str = opened["name"]
        #: Parameters with path and domain, as the description has them.
        self.parameters: List[Row] = opened["parameters"]
        #: Searched parameters: name, values, low, high, step, isInteger, when. values is None on a continuous axis, where step
        #: is None too, and on a range of more than 1,000 values, which are low + i * step.
        self.axes: List[Row] = opened["axes"]
        #: Metric and direction ("min" or "max") of each objective.
        self.objectives: List[Row] = opened["objectives"]
        self.constraints: List[str] = opened["constraints"]
        #: Name, budget, seed and options.
        self.sampler: Row = opened["sampler"]
        #: Unit, direction and meaning of every metric.
        self.metrics: Dict[str, Row] = opened["metrics"]
        #: Points that run at the same time: as many as wanted, or fewer where cores or memory do not suffice.
        self.workers: int = opened["workers"]

    def __enter__(self) -> "Study":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            self.close()
        except SnnDseError:
            if kind is None:
                raise

    @property
    def ended(self) -> Optional[str]:
        """Why the search has ended: "budget" or "exhausted"; None while it may go on."""
        return self._state["ended"]

    @property
    def open_points(self) -> List[int]:
        """Ids of the points that were asked for and have no result yet."""
        return list(self._state["open"])

    def ask(self, count: int = 1) -> List[Point]:
        """The next points, at most `count`; fewer if the sampler needs results first. An empty list with no open point: the search has ended."""
        answer = self._request("ask", count=count)
        self._state = answer
        return [Point(p["id"], p["key"], p["values"], p["byPath"], p["fidelity"]) for p in answer["points"]]

    def batches(self, count: int = 1) -> Iterator[List[Point]]:
        """Points, `count` at a time, until the search has ended; tell each batch before you take the next."""
        while True:
            points = self.ask(count)
            if not points:
                return
            yield points

    def evaluate(self, points: Iterable[Union[Point, int, Values]], full: bool = False) -> List[Evaluation]:
        """Evaluates points at the same time, as many as there are workers, in the order given.

        A dict of values by name is a point of your own choice: it is stored at once, and one that the study knows is not run again. full: with the
        breakdown of energy and area, operations and utilisation in `result`.
        """
        if not isinstance(points, Iterable) or isinstance(points, (str, bytes, Mapping)):
            raise _wrong("evaluate", "", f"got {type(points).__name__}", "expected a list of points, of numbers of points or of dicts of values")
        asked = [{"values": point} if isinstance(point, Mapping) else _number("evaluate", point) for point in points]
        return [_evaluation(one) for one in self._request("evaluate", points=asked, full=full)["evaluations"]]

    def tell(
        self,
        point: Union[Point, Evaluation, int],
        metrics: Optional[Mapping[str, Optional[float]]] = None,
        *,
        infeasible: Optional[str] = None,
        failed: Optional[str] = None,
    ) -> None:
        """Stores the result of a point: by default that of `evaluate`; in a study with an `evaluator`, its metrics or its reason."""
        if metrics is not None and not hasattr(metrics, "keys"):
            raise _wrong("tell", "metrics", f"got {type(metrics).__name__}", 'expected a dict by name, e.g. {"latency_us": 3.5}')
        own = {"metrics": None if metrics is None else dict(metrics), "infeasible": infeasible, "failed": failed}
        self._state = self._request("tell", id=_number("tell", point), **{name: value for name, value in own.items() if value is not None})

    def sweep(self, count: Optional[int] = None) -> "Study":
        """Asks, evaluates and tells to the end, `count` points at a time (default: the workers)."""
        for points in self.batches(self.workers if count is None else count):
            for evaluation in self.evaluate(points):
                self.tell(evaluation)
        return self

    def results(self, form: str = "auto") -> Any:
        """All points, as the function `results` of this module returns them."""
        _demand_form("results", form)
        return _shaped(_rows(self._request("results")), form)

    def result(self, point: Union[Point, Evaluation, int]) -> Optional[Dict[str, Any]]:
        """The whole result of a point that was told: metrics, breakdown, operations, utilisation; None unless done."""
        return self._request("result", id=_number("result", point))

    def pareto(self, objectives: Sequence[str] = (), where: Optional[str] = None, form: str = "auto") -> Any:
        """The front, best of the first objective first.

        objectives: metrics as "name", "name:min" or "name:max" in place of the study's. where: only points that satisfy it, e.g. "area_mm2 < 2".
        """
        _demand_form("pareto", form)
        if isinstance(objectives, (str, bytes, Mapping)) or not isinstance(objectives, Iterable):
            raise _wrong("pareto", "objectives", f"got {type(objectives).__name__}", 'expected a list of metrics, e.g. ["latency_us:min"]')
        answer = self._request("pareto", objectives=list(objectives), where=where)
        columns = _columns(answer["parameters"], self.metrics)
        rows = [{"id": row["id"], **_named(row["values"], columns), **row["metrics"]} for row in answer["rows"]]
        return _shaped(rows, form)

    def hypervolume(self) -> Optional[float]:
        """Hypervolume of the front, up to the study's reference point; None before there is one.

        Without sweep.reference_point, the search fixes it from its first 32 points within the limits, or at its end.
        """
        return self._request("results")["hypervolume"]

    def close(self) -> Optional[Dict[str, Any]]:
        """Closes the study: open points are dropped, results are stored. Returns how it ended; None if it was already closed."""
        if self._study is None:
            return None
        try:
            return self._request("close")
        finally:
            self._study = None
            self._connection.close()

    def _request(self, method: str, **params: Any) -> Any:
        if self._study is None:
            raise SnnDseError("the study is closed: open it again")
        return self._connection.request(method, {"study": self._study, **params})

    def _told(self, method: str, params: Mapping[str, Any]) -> None:
        if method == "event" and self._on_event is not None:
            self._on_event(params["event"])
        if method == "warning" and self._on_warning is not None:
            self._on_warning(params["message"])


def _evaluation(told: Mapping[str, Any]) -> Evaluation:
    names = ("id", "values", "state", "metrics", "objectives", "violation", "code", "reason")
    return Evaluation(**{name: told[name] for name in names}, duration_ms=told["durationMs"], result=told.get("result"))


def _path(method: str, name: str, path: Any) -> str:
    try:
        return os.fsdecode(path)
    except TypeError:
        raise _wrong(method, name, f"got {type(path).__name__}", "expected a path") from None


def _number(method: str, point: Any) -> int:
    try:
        return point.id if isinstance(point, (Point, Evaluation)) else operator.index(point)
    except TypeError:
        raise _wrong(method, "", f"got {type(point).__name__}", "expected a point, an evaluation or a point's number") from None


def _columns(parameters: Sequence[str], metrics: Iterable[str]) -> Dict[str, str]:
    """The column of each parameter: its name, or with `parameter_` before it until no other column has that name in any case of letters."""
    own = {name.lower() for name in parameters}
    used = {name.lower() for name in ("id", "state", "violation", "on_front", *metrics)}
    columns: Dict[str, str] = {}
    for name in parameters:
        column = name
        while column.lower() in used or (column != name and column.lower() in own):
            column = f"parameter_{column}"
        used.add(column.lower())
        columns[name] = column
    return columns


def _named(values: Mapping[str, Any], columns: Mapping[str, str]) -> Row:
    """Every parameter; None if the point does not have it."""
    return {column: values.get(name) for name, column in columns.items()}


def _rows(answer: Mapping[str, Any]) -> List[Row]:
    columns = _columns(answer["parameters"], answer["metrics"])

    def row(point: Mapping[str, Any]) -> Row:
        head = {"id": point["id"], "state": point["state"], "on_front": point["isOnFront"]}
        found = point["metrics"] or {}
        metrics = {name: found.get(name) for name in answer["metrics"]}
        return {**head, **_named(point["values"], columns), "violation": point["violation"], **metrics}

    return [row(point) for point in answer["points"]]


def _demand_form(method: str, form: Any) -> None:
    if form not in ("auto", "records", "pandas", "arrow"):
        raise _wrong(method, "form", f"got {form!r}", "expected 'auto', 'records', 'pandas' or 'arrow'")


def _shaped(rows: List[Row], form: str) -> Any:
    if form == "records":
        return rows
    try:
        if form == "arrow":
            import pyarrow

            return pyarrow.Table.from_pylist(rows)
        import pandas
    except ImportError as error:
        if form == "auto":
            return rows
        raise SnnDseError(f"the form {form!r} needs a package that cannot be imported ({error}): install it, or take 'records'") from None
    return pandas.DataFrame(rows)


def results(database: Union[str, "os.PathLike[str]"], form: str = "auto") -> Any:
    """All points of a study, one row per point: id, state, on_front, parameters, violation, metrics. A metric without a value is None.

    A parameter's column has its name, with `parameter_` before it until no other column has that name. database: of a sweep or a `Study`, which may still
    be writing it; the program reads it, and refuses one that is damaged. form: "pandas" (a DataFrame), "arrow" (a pyarrow Table), "records" (a list
    of dicts); "auto" is "pandas" where pandas is installed, else "records".
    """
    file = _path("results", "db", database)
    _demand_form("results", form)
    connection = _Connection(lambda method, params: None)
    try:
        answer = connection.request("results", {"db": file})
    finally:
        connection.close()
    return _shaped(_rows(answer), form)


def pareto(database: Union[str, "os.PathLike[str]"], form: str = "auto") -> Any:
    """The rows of `results` that are on the front of the study's objectives."""
    _demand_form("pareto", form)
    return _shaped([row for row in results(database, "records") if row["on_front"]], form)
