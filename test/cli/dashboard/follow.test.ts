/**
 * A sweep followed from its database gives the same view as the sweep itself: during it, after it, and for points put
 * back later.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type DashboardState, EMPTY_STATE, finishedCount, reduce } from "../../../cli/dashboard/state.js";
import { LiveStudy } from "../../../cli/serve/live-study.js";
import { METRICS } from "../../../sim/index.js";
import { Follower, frontReport, Store, type StudyEvent } from "../../../sweeps/index.js";
import { FakeEngine, fakeStudy, specOf } from "../../sweeps/fake-study.js";

let folder = "";
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const opened: DashboardState = reduce(
  EMPTY_STATE,
  {
    type: "opened",
    study: {
      file: "fake",
      database: "fake.db",
      study: "",
      seed: 1,
      revision: "",
      constraints: [],
      paths: {},
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

test("a follower that looks on from the middle, and one that comes afterwards, end with the sweep's own view", async () => {
  folder = mkdtempSync(join(tmpdir(), "snn-dse-follow-"));
  const file = join(folder, "fake.db");
  let own = opened;
  let watched = opened;
  const watch: { reader: Store; follower: Follower }[] = [];
  const listen = (event: StudyEvent): void => {
    own = reduce(own, event, Date.now());
    if (finishedCount(own) < 40) return;
    if (watch.length === 0) {
      const reader = Store.read(file);
      watch.push({ reader, follower: new Follower(reader, () => true) });
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
  const late = new Follower(after, () => false);
  const browsed = told(late, opened);
  expect(essence(browsed)).toEqual({ ...essence(own), status: "finished" });
  expect(late.history().at(-1)?.value).toBeCloseTo(own.hypervolume.at(-1)?.value as number, 9);

  const live = new LiveStudy(after, () => false);
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
