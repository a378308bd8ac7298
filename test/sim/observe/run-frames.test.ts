/** Frames of a recorded run add up to the run's counters. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nocTopology } from "../../../arch/index.js";
import { Recorder } from "../../../sim/board/recorder.js";
import { runTiming, type TimingRun } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { withPartialSums } from "../../../sim/mapping/fan-in.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { csvOf } from "../../../sim/observe/csv.js";
import { runFrames } from "../../../sim/observe/run-page/run-frames.js";
import { runPage } from "../../../sim/observe/run-page/run-page.js";
import { vcdOf } from "../../../sim/observe/vcd.js";
import { Counted } from "../../counted.js";
import { precision } from "../board/fixtures.js";
import { behindSources, type Case, cases, place } from "../board/random-chips.js";
import { wholeCase } from "../board/whole-chips.js";

const CHIPS = 20;

/** By scope: the cycles in which its signal of a name is 1, each of `periodPs`. */
function cyclesHigh(vcd: string, name: string, periodPs: number): ReadonlyMap<string, number> {
  const scopeOf = new Map<string, string>();
  const high = new Map<string, number>();
  let [scope, now] = ["", 0];
  for (const line of vcd.split("\n")) {
    const words = line.trim().split(" ");
    const of = scopeOf.get(line.slice(1));
    if (words[0] === "$scope") scope = words[2];
    else if (words[0] === "$var" && words[4] === name) scopeOf.set(words[3], scope);
    else if (line.startsWith("#")) now = Number(line.slice(1)) / periodPs;
    // every signal is set to 0 at time 0
    else if (of !== undefined) high.set(of, (high.get(of) ?? 0) + (line.startsWith("1") ? -now : now));
  }
  return high;
}

/**
 * Expects that page, CSV and VCD show the packets that cores count, and no spike that a core loops back to itself.
 * Returns the kinds of the CSV's lines.
 */
function expectPackets(c: Case, placement: Placement, recorder: Recorder, run: TimingRun, seed: string): ReadonlySet<string> {
  const frames = runFrames(recorder, c.chip, placement);
  const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
  const csv = [...csvOf(recorder, placement, c.trace)].map((line) => line.split(","));
  const lines = (...kinds: readonly string[]) => csv.filter(([, kind]) => kinds.includes(kind));
  expect(
    csv.slice(2).every(([cycle], i) => Number(cycle) >= Number(csv[i + 1][0])),
    seed,
  ).toBe(true);
  const high = cyclesHigh([...vcdOf(recorder, c.chip)].join(""), "send", Math.round(1e6 / c.chip.technology.clockMhz));
  for (const { id } of c.chip.cores) {
    const count = (name: CoreCounter): number => run.total.cores[id * CORE_COUNTERS.length + coreColumn[name]];
    const label = `${seed}, core ${id}`;
    expect(sum(frames.sent.filter((_, i) => i % c.chip.cores.length === id)), label).toBe(count("packets_sent"));
    expect(lines("send", "step").filter(([, , from]) => Number(from) === id).length, label).toBe(count("packets_sent"));
    expect(high.get(`core${id}`) ?? 0, label).toBe(count("packets_sent"));
  }
  expect(sum(frames.received), seed).toBe(lines("deliver", "step_in").length);
  // a tree's copies arrive one by one
  if (c.chip.noc.multicast === "unicast") expect(sum(frames.received), seed).toBe(sum(frames.sent));
  expect(lines("step").length, seed).toBe(lines("step_in").length);
  return new Set(csv.map(([, kind]) => kind));
}

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
    const kinds = expectPackets(c, placement, recorder, run, `seed ${seed}`);
    if (kinds.has("loop_back")) seen.see("looped back");
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
  seen.expectEach(["looped back", "mesh", "torus", "crossbar", "mesh-tree", "flits", "dense scan"], 1);
  // the page's labels and note say so: waits for memories are included
  expect(synapse.waits).toBeGreaterThan(synapse.busy / 2);
  expect(synapse.page).toBeGreaterThan(synapse.busy + synapse.waits);
});

test("packets that end a step are packets: page, CSV and VCD have them, as the counters of cores that wait for their sources", () => {
  let steps = 0;
  fc.assert(
    fc.property(cases, fc.integer({ min: 0, max: 2 }), (drawn, runAheadWaves) => {
      const c = behindSources(drawn, runAheadWaves);
      const placement = place(c);
      const recorder = new Recorder();
      const run = runTiming(c.chip, placement, precision, withPartialSums(placement.topology, c.trace), recorder);
      if (expectPackets(c, placement, recorder, run, "behind sources").has("step")) steps++;
    }),
    { seed: 3, numRuns: 10 },
  );
  expect(steps).toBeGreaterThan(4);
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

test("a recording that grows beyond its bound ends with the utterances that fit, before a file is made of it", () => {
  const event = (cycle: number): Float64Array => Float64Array.of(0, cycle, 0, 0, 0);
  const limit = { events: 3, option: "--run", fewer: (utterances: number) => `time ${utterances}` };
  const recorder = new Recorder({ flits: true }, limit);
  recorder.append(event(1));
  recorder.shift(10);
  recorder.append(event(2));
  recorder.append(event(3));
  expect(() => recorder.append(event(4))).toThrow(/--run: .*more than 3 events[\s\S]*; its first utterance fits\s+time 1$/);
  const first = new Recorder({ flits: true }, limit);
  for (let i = 0; i < 15; i++) first.appendFlits(event(i));
  expect(() => first.appendFlits(event(15))).toThrow(/more than 15 events[\s\S]*a smaller chip, or a shorter utterance$/);
});
