/** Frames of a recorded run add up to the run's counters. */
import { expect, test } from "vitest";
import { nocTopology } from "../../../arch/index.js";
import { Recorder } from "../../../sim/board/recorder.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, coreColumn } from "../../../sim/counters.js";
import { withPartialSums } from "../../../sim/mapping/fan-in.js";
import { runFrames } from "../../../sim/observe/run-page/run-frames.js";
import { runPage } from "../../../sim/observe/run-page/run-page.js";
import { Counted } from "../../counted.js";
import { precision } from "../board/fixtures.js";
import { place } from "../board/random-chips.js";
import { wholeCase } from "../board/whole-chips.js";

const CHIPS = 20;

test(`${CHIPS} random chips: frames cover all cycles once, and contain all flits between routers, packets and waits`, () => {
  const seen = new Counted("networks of drawn runs");
  const synapse = { page: 0, busy: 0, waits: 0 };
  for (let seed = 1; seed <= CHIPS; seed++) {
    const drawn = wholeCase(seed);
    const c = { ...drawn, chip: { ...drawn.chip, port: null } };
    const placement = place(c);
    const recorder = new Recorder({ flits: true });
    const run = runTiming(c.chip, placement, precision, withPartialSums(placement.topology, c.trace), recorder);
    const frames = runFrames(recorder, c.chip, placement);
    const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
    expect(frames.leftOut).toBe(0);
    expect(frames.wave.length).toBe(run.waveCycles.length);
    expect(frames.startCycle.slice(1)).toEqual(frames.endCycle.slice(0, -1));
    expect(sum(frames.sent), `seed ${seed}`).toBe(recorder.sorted().filter(({ kind }) => kind === "send").length);
    expect(sum(frames.received), `seed ${seed}`).toBe(recorder.sorted().filter(({ kind }) => kind === "deliver").length);
    const local = nocTopology(c.chip.noc).firstLocalPort(c.chip.noc);
    const isTree = c.chip.noc.tree !== null;
    const between = Array.from(run.total.links).filter((_, at) => !isTree && at % run.total.portsPerRouter < local);
    if (!isTree) expect(sum(frames.flits), `seed ${seed}`).toBe(sum(between));
    for (let core = 0; core < c.chip.cores.length; core++) {
      const most = Math.max(0, ...recorder.sorted().flatMap((event) => (event.kind === "level" && event.core === core ? [event.a] : [])));
      const inFrames = frames.queued.filter((_, i) => i % c.chip.cores.length === core);
      expect(Math.max(...inFrames), `seed ${seed}, core ${core}`).toBe(most);
      const { policy } = c.chip.cores[core].scan;
      expect(policy !== "dense" || frames.hasUnseenRows).toBe(true);
      const counted = (...names: readonly (keyof typeof coreColumn)[]): number =>
        names.reduce((total, name) => total + run.total.cores[core * CORE_COUNTERS.length + coreColumn[name]], 0);
      if (policy === "dense") seen.see("dense scan");
      else {
        synapse.page += sum(frames.synapseCycles.filter((_, i) => i % c.chip.cores.length === core));
        synapse.busy += counted("synapse_busy_cycles");
        synapse.waits += counted("synapse_stall_state_cycles", "synapse_stall_memory_cycles", "synapse_stall_dram_cycles");
      }
      frames.wave.forEach((_, f) => {
        const long = frames.endCycle[f] - frames.startCycle[f];
        for (const busy of [frames.somaCycles, frames.synapseCycles])
          expect(busy[f * c.chip.cores.length + core]).toBeLessThanOrEqual(long);
      });
    }
    const updates = run.total.cores.filter((_, i) => i % CORE_COUNTERS.length === coreColumn.neuron_updates);
    if (updates.some((count) => count > 0)) expect(sum(frames.somaCycles)).toBeGreaterThan(0);
    seen.see(c.chip.noc.topology, ...(sum(frames.flits) > 0 ? ["flits"] : []));
  }
  seen.expectEach(["mesh", "torus", "crossbar", "mesh-tree", "flits", "dense scan"], 1);
  // the page's labels and note say so: waits for memories are included
  expect(synapse.waits).toBeGreaterThan(synapse.busy / 2);
  expect(synapse.page).toBeGreaterThan(synapse.busy + synapse.waits);
});

test("the page of a run contains its frames and loads nothing", () => {
  const drawn = wholeCase(3);
  const c = { ...drawn, chip: { ...drawn.chip, port: null, name: "</script><b>" } };
  const placement = place(c);
  const recorder = new Recorder({ flits: true });
  runTiming(c.chip, placement, precision, withPartialSums(placement.topology, c.trace), recorder);
  const frames = runFrames(recorder, c.chip, placement);
  const page = runPage(frames);
  expect(page).not.toMatch(/(src|href)=|<b>/);
  for (const label of ["busier unit", "soma", "synapse unit"]) expect(page).toContain(`label: "${label}, with waits"`);
  expect(page.match(/<\/script>/g)?.length).toBe(2);
  const data = /<script id="run" type="application\/json">(.*?)<\/script>/s.exec(page)?.[1] ?? "";
  expect(JSON.parse(data)).toEqual(JSON.parse(JSON.stringify(frames)));
});
