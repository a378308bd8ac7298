/**
 * A sweep followed from its database gives the same view as the sweep itself: during it, after it, and for points put
 * back later.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import { open } from "../../../app/open.js";
import { openStudy } from "../../../app/open-study.js";
import { type DashboardState, EMPTY_STATE, finishedCount, reduce } from "../../../cli/dashboard/state.js";
import { attach } from "../../../cli/runs/follow-sweep.js";
import { LiveStudy } from "../../../cli/serve/live-study.js";
import { METRICS } from "../../../sim/index.js";
import { Follower, frontReport, type Metrics, mergeInto, Store, type StudyEvent, type Task } from "../../../sweeps/index.js";
import { FakeEngine, type FakeValues, fakeStudy, formula, specOf } from "../../sweeps/fake-study.js";
import { printedBy } from "../printed.js";

let folder = "";
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A view before its first event; views share nothing. */
const opened = (): DashboardState =>
  reduce(
    EMPTY_STATE,
    {
      type: "opened",
      study: {
        file: "fake",
        database: "fake.db",
        study: "",
        seed: 1,
        revision: "",
        limits: [],
        paths: {},
        types: {},
        metrics: Object.entries(METRICS).map(([name, { unit }]) => ({ name, unit })),
        readOnly: true,
      },
    },
    0,
  );

function told(follower: Follower, from: DashboardState): DashboardState {
  let state = from;
  do for (const event of follower.poll(Date.now())) state = reduce(state, event, Date.now());
  while (follower.behind);
  return state;
}

/** A view with the session's own times, as `attach` gives them. */
function attached(follower: Follower, from: DashboardState): DashboardState {
  let state = from;
  do
    for (const event of follower.poll(Date.now())) {
      const { startedMs, endedMs } = follower.sessionTimes();
      state = reduce(state, event, (event.type === "started" ? startedMs : endedMs) ?? Date.now());
    }
  while (follower.behind);
  return state;
}

/** What both views must agree on. */
function essence({ counts, failures, points, front, hypervolume, running, status, progress }: DashboardState) {
  return {
    total: progress?.total,
    counts,
    failures: failures.map(({ code, count }) => [code, count]),
    front: front.map((row) => points.ids[row]).sort((a, b) => a - b),
    hypervolume: hypervolume.at(-1)?.value,
    running: running.length,
    status,
  };
}

test("a follower that looks on from the middle, and one that comes afterwards, end with the sweep's own view", {
  tags: ["long"],
}, async () => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const file = join(folder, "fake.db");
  let own = opened();
  let watched = opened();
  const watch: { reader: Store; follower: Follower }[] = [];
  const listen = (event: StudyEvent): void => {
    own = reduce(own, event, Date.now());
    if (finishedCount(own) < 40) return;
    if (watch.length === 0) {
      const reader = Store.read(file);
      watch.push({ reader, follower: new Follower(reader) });
    }
    for (const { follower } of watch) watched = told(follower, watched);
  };
  await fakeStudy(specOf(), file, new FakeEngine(), { workers: 3, retries: 0 }, listen).run();
  expect(finishedCount(own)).toBe(200);
  for (const { follower, reader } of watch) {
    watched = told(follower, watched);
    reader.close();
  }
  expect(essence(watched)).toEqual(essence(own));
  expect(essence(own).total).toBe(200); // the grid has fewer points than its budget of 1000

  const after = Store.read(file);
  const late = new Follower(after);
  const browsed = told(late, opened());
  expect(essence(browsed)).toEqual({ ...essence(own), status: "finished" });
  expect(late.history().at(-1)?.value).toBeCloseTo(own.hypervolume.at(-1)?.value as number, 9);

  const live = new LiveStudy(after);
  live.poll();
  const fronts = [...live.standing(live.next)].filter(({ event }) => event === "front").map(({ data }) => JSON.parse(data));
  const { rows, kneeId } = frontReport(after);
  expect(fronts).toMatchObject([{ front: rows.map(({ id }) => id).sort((a, b) => a - b), kneeId }]);

  // Another session puts a failed point back: it is not among the newest, and is found by counting.
  const { failed } = browsed.counts;
  expect(failed).toBeGreaterThan(0);
  const writer = Store.open(file);
  const [first] = [...writer.points("p.state = 'failed'")].map(({ id }) => id);
  writer.setQueued(first);
  let again = browsed;
  for (let i = 0; i < 25; i++) {
    writer.log("test", i);
    again = told(late, again);
  }
  writer.setRunning(first, 2);
  again = told(late, again);
  expect(again.running.map(({ id }) => id)).toEqual([first]);
  expect(again.counts.failed).toBe(failed - 1);
  writer.close();
  after.close();
});

test("a page says that the search has ended, whatever changes in the database afterwards, until another session runs", async () => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const file = join(folder, "fake.db");
  await fakeStudy(specOf({}, { budget: 30 }), file, new FakeEngine()).run();
  const reader = Store.read(file);
  const live = new LiveStudy(reader);
  const lastToldOf = (page: number): string | undefined => {
    const messages = [...live.standing(page), ...[...live.since(page)].map(([, message]) => message)];
    return messages
      .map(({ event }) => event)
      .filter((event) => event === "progress" || event === "finished")
      .at(-1);
  };
  live.poll();
  const open = live.next;
  expect(lastToldOf(open)).toBe("finished");
  for (let change = 0; change < 3; change++) {
    Store.open(file).close(); // a writer's name comes and goes, as it goes after its session's end
    live.poll();
    for (const page of [0, open, live.next]) expect([change, page, lastToldOf(page)]).toEqual([change, page, "finished"]);
  }
  let running = "";
  const listen = (event: StudyEvent): void => {
    if (event.type !== "point-done" || running !== "") return;
    live.poll();
    running = lastToldOf(open) ?? "";
  };
  await fakeStudy(specOf({}, { budget: 60 }), file, new FakeEngine(), {}, listen).run();
  expect(running).toBe("progress");
  live.poll();
  expect(lastToldOf(open)).toBe("finished");
  reader.close();
});

test.each([
  ["every point is computed again", "n"],
  ["points whose keys stay are taken over", "m"],
])("a view that is open while --rerun begins another edition shows that one alone, and its time: %s", async (_, modelHash) => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const file = join(folder, "fake.db");
  await fakeStudy(specOf({}, { budget: 60 }), file, new FakeEngine()).run();
  const reader = Store.read(file);
  const [follower, live] = [new Follower(reader), new LiveStudy(reader)];
  let watched = attached(follower, opened());
  live.poll();
  const page = live.next; // a page that was made now
  expect(finishedCount(watched)).toBe(60);
  const before = watched.startedMs;
  await new Promise((resolve) => setTimeout(resolve, 20));

  let own = opened();
  let looks = 0;
  const listen = (event: StudyEvent): void => {
    own = reduce(own, event, Date.now());
    if (event.type !== "point-done" || ++looks % 7 !== 0) return;
    watched = attached(follower, watched);
    expect(finishedCount(watched)).toBeLessThanOrEqual(40);
  };
  const anew = new FakeEngine((chip) => formula({ ...chip, "fake.bits": 4 }), 0, 1, modelHash);
  await fakeStudy(specOf({}, { budget: 40 }), file, anew, { rerun: true }, listen, { fake: false }).run();
  watched = attached(follower, watched);
  expect(looks).toBeGreaterThan(20);
  expect(essence(watched)).toEqual(essence(own));
  expect(finishedCount(watched)).toBe(40);
  expect(watched.points.length).toBe(40);
  const { startedMs, endedMs } = follower.sessionTimes();
  expect([watched.startedMs, watched.endedMs]).toEqual([startedMs, endedMs]);
  expect(watched.startedMs).toBeGreaterThan(before);

  live.poll();
  const told = [...live.since(page)].map(([, { event }]) => event);
  expect(told[0]).toBe("edition");
  expect(told.filter((event) => event === "edition").length).toBe(1);
  const ids = [...live.since(0)]
    .flatMap(([, { event, data }]) => (event === "points" ? (JSON.parse(data) as { id: number }[]) : []))
    .map(({ id }) => id);
  expect([...new Set(ids)].sort((a, b) => a - b)).toEqual([...reader.points("p.state = 'done'")].map(({ id }) => id));
  reader.close();
});

/** A copy of a database as it is at the 20th point of its sweep: that of a sweep that was killed there. */
async function killed(): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const [file, copy] = [join(folder, "fake.db"), join(folder, "copy.db")];
  let points = 0;
  const listen = (event: StudyEvent): void => {
    if (event.type !== "point-done" || ++points !== 20) return;
    for (const end of ["", "-wal"]) copyFileSync(file + end, copy + end);
  };
  await fakeStudy(specOf({}, { budget: 40 }), file, new FakeEngine(), {}, listen).run();
  return copy;
}

test("a sweep whose process is not alive in its own place ends for its followers, whatever process has its number here", async () => {
  const file = await killed();
  const ends = (writer: string): readonly (string | undefined)[] => {
    const db = new Database(file);
    db.exec(writer);
    db.close();
    const reader = Store.read(file);
    const follower = new Follower(reader);
    const last = (atMs: number): string | undefined =>
      follower.poll(atMs).findLast(({ type }) => type === "started" || type === "finished")?.type;
    const found = [last(0), last(9_000), last(11_000), last(100_000)];
    reader.close();
    return found;
  };
  expect(ends("SELECT 1")).toEqual(["started", undefined, undefined, undefined]); // this process
  expect(ends("UPDATE writer SET process = 999999999")).toEqual(["finished", undefined, undefined, undefined]);
  expect(ends(`UPDATE writer SET process = ${process.pid}, place = 'another'`)).toEqual(["started", undefined, "finished", undefined]);
  expect(ends("DELETE FROM writer")).toEqual(["finished", undefined, undefined, undefined]);
});

test("trials of a screening search run in a view that follows, as in the sweep's own, and are in no count", async () => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const file = join(folder, "fake.db");
  let own = opened();
  let watched = opened();
  const watch: { reader: Store; follower: Follower }[] = [];
  const seen: number[] = [];
  let trials = 0;
  const spec = specOf({ referencePoint: [50, 40, 110] }, { name: "screen", budget: 20, options: { pool: 100 } });
  class Estimating extends FakeEngine {
    async estimate(task: Task): Promise<Metrics | null> {
      const outcome = formula(task.experiment.chip as unknown as FakeValues);
      return outcome.kind === "done" ? outcome.result.metrics : null;
    }
  }
  const listen = (event: StudyEvent): void => {
    own = reduce(own, event, Date.now());
    if (event.type !== "trial") return;
    trials += 1;
    if (watch.length === 0) {
      const reader = Store.read(file);
      watch.push({ reader, follower: new Follower(reader) });
    }
    watched = told(watch[0].follower, watched);
    seen.push(watched.running.length);
    expect(finishedCount(watched)).toBeLessThanOrEqual(finishedCount(own));
  };
  const document = { fake: true, workload: { timing_samples: 16 } };
  await fakeStudy(spec, file, new Estimating(), { workers: 3, retries: 0 }, listen, document).run();
  expect(trials).toBeGreaterThan(20);
  expect(Math.max(...seen)).toBe(2); // the third worker has just ended its own
  watched = told(watch[0].follower, watched);
  watch[0].reader.close();
  expect(essence(watched)).toEqual(essence(own));
});

test("attach --json that begins during a sweep tells every point and its end", async () => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const file = join(folder, "fake.db");
  let points = 0;
  let attached: Promise<void> | null = null;
  const listen = (event: StudyEvent): void => {
    if (event.type === "point-done" && ++points === 20) attached = attach(file, { json: true, tui: false });
  };
  const printed = await printedBy(async () => {
    await fakeStudy(specOf({}, { budget: 60 }), file, new FakeEngine(), {}, listen).run();
    await attached;
  });
  const events = printed
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly type: string });
  expect(events.filter(({ type }) => type === "point-done").length).toBe(points);
  expect(events.at(-1)).toMatchObject({ type: "finished", done: points });
});

test("a follower counts no more points than its total, and sees time left while the search asks, with merged points among them", async () => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const [file, other] = [join(folder, "fake.db"), join(folder, "other.db")];
  const searchOf = (budget: number, seed: number) => specOf({}, { name: "random", budget, seed });
  await fakeStudy(searchOf(4, 1), file, new FakeEngine()).run();
  await fakeStudy(searchOf(30, 2), other, new FakeEngine()).run();
  const [into, from] = [Store.open(file), Store.read(other)];
  const { added } = mergeInto(into, from);
  into.close();
  from.close();
  const reader = Store.read(file);
  const follower = new Follower(reader);
  const seen: (StudyEvent & { readonly type: "progress" })[] = [];
  let nowMs = 0;
  const look = (): void => {
    nowMs += 2000;
    do for (const event of follower.poll(nowMs)) if (event.type === "progress") seen.push(event);
    while (follower.behind);
  };
  let events = 0;
  const listen = (event: StudyEvent): void => {
    if (event.type === "point-started") events++;
    look();
  };
  await fakeStudy(searchOf(40, 1), file, new FakeEngine(), { workers: 1 }, listen).run();
  expect(events).toBeGreaterThan(added / 2);
  const before = seen.length;
  for (const { done, infeasible, failed, running, total } of seen)
    expect(done + infeasible + failed + running).toBeLessThanOrEqual(total ?? 0);
  const waiting = seen.filter(({ queued, etaSeconds }) => queued > 0 && etaSeconds !== null);
  expect(waiting.length).toBeGreaterThan(10);
  for (const { etaSeconds } of waiting) expect(etaSeconds).toBeGreaterThan(0);
  look();
  expect(seen.length).toBeGreaterThan(before);
  const { done, infeasible, failed, total } = seen[seen.length - 1];
  expect(done + infeasible + failed).toBe(total);
  reader.close();
});

test("a follower tells each point's metrics as the study does, with the quantiles of objectives and of constraints", async () => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const file = join(folder, "own.db");
  const own = new Map<number, unknown>();
  const document = {
    version: 1,
    extends: "mesh-2x2",
    sweep: {
      parameters: [{ path: "tile.core.lanes", values: [1, 2, 4, 8] }],
      objectives: { "energy_uj_per_inference@95": "min", latency_us: "min" },
      constraints: ["step_latency_us@90 <= 10"],
      sampler: { name: "grid", budget: 4 },
    },
  };
  const study = await openStudy(open(document), {
    db: file,
    evaluator: "mine 1",
    onEvent: (event) => {
      if (event.type === "point-done") own.set(event.id, event.metrics);
    },
  });
  for (const { id } of await study.ask(4))
    study.tell(id, { metrics: { energy_uj_per_inference: id, latency_us: 9 - id, step_latency_us: 3 } });
  await study.close();
  const reader = Store.read(file);
  const found = new Follower(reader).poll(0).flatMap((event) => (event.type === "point-done" ? [[event.id, event.metrics] as const] : []));
  reader.close();
  expect(new Map(found)).toEqual(own);
  expect(found.length).toBe(4);
  for (const [, metrics] of found) expect(metrics).toMatchObject({ "step_latency_us@90": 3 });
});
