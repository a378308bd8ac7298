/** Recordings agree with the counters, and other tools can read their files. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Experiment, MappingRequest } from "../../../arch/index.js";
import { Recorder } from "../../../sim/board/recorder.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { price } from "../../../sim/energy.js";
import { DIRECT } from "../../../sim/functional/spike-encoders.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { changedPoints } from "../../../sim/observe/changed-points.js";
import { singleChanges } from "../../../sim/observe/changes.js";
import { csvOf } from "../../../sim/observe/csv.js";
import { criticalWaves, explain } from "../../../sim/observe/explain.js";
import { traceFormats } from "../../../sim/observe/formats.js";
import { nextSteps } from "../../../sim/observe/next-steps.js";
import { perfettoOf } from "../../../sim/observe/perfetto.js";
import { explainRun, recordRun } from "../../../sim/observe/record.js";
import { runFrames } from "../../../sim/observe/run-page/run-frames.js";
import { vcdOf } from "../../../sim/observe/vcd.js";
import { cases as many } from "../../cases.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";
import { allCases, cases, place, withPort } from "../board/random-chips.js";
import { written } from "./written.js";

const topology = recurrentTopology(16);
const trace = randomTrace(topology, [4, 3], [0.4, 0.3, 0.3, 0.2], 6);
const on = chip([1, 1, 1], { core: { ...core, lanes: 1, inputQueue: { depth: 2 } } });
const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: 12, seed: 1 };
const placeOn = (one: typeof on) => mapNetwork(topology, one, precision, request, trace);
const placement = placeOn(on);
const recorder = new Recorder();
const run = runTiming(on, placement, precision, trace, recorder);
const counter = (id: number, name: CoreCounter): number => run.total.cores[id * CORE_COUNTERS.length + coreColumn[name]];
const total = (name: CoreCounter): number => on.cores.reduce((sum, { id }) => sum + counter(id, name), 0);
const events = recorder.sorted();
const changesOf = (of: typeof on) => singleChanges({ chip: of, values: {} }, written(of));
const count = (kind: string): number => events.filter((event) => event.kind === kind).length;

test("a recorder changes nothing of the run", () => {
  expect(runTiming(on, placement, precision, trace)).toEqual(run);
});

test("numbers of events and durations of waits equal the counters", () => {
  expect(count("take")).toBe(total("spikes_received"));
  expect(count("deliver")).toBe(run.total.packets);
  expect(count("send")).toBe(total("input_queue_pushes"));
  expect(count("wave")).toBe(run.waveCycles.length);
  const held = events.filter((event) => event.kind === "somaHeld").reduce((sum, event) => sum + event.a - event.cycle, 0);
  expect(held).toBe(total("soma_stall_output_cycles"));
  expect(held).toBeGreaterThan(0);
  const stalled = events.filter((event) => event.kind === "synapseStall").reduce((sum, event) => sum + event.a, 0);
  expect(stalled).toBe(total("synapse_stall_state_cycles"));
});

test("every spike that a core sends is recorded, those without a destination too, on random chips", () => {
  let last = 0;
  fc.assert(
    fc.property(fc.oneof(cases, allCases, cases.map(withPort)), (c) => {
      const made = place(c);
      const fired = new Recorder();
      const { total: counted } = runTiming(c.chip, made, precision, c.trace, fired);
      const spikes = new Float64Array(c.chip.cores.length);
      const readout = c.trace.topology.populations.length - 1;
      const groups = c.trace.topology.populations.length;
      for (const { kind, core: id, a, b } of fired.recorded()) {
        if (kind !== "spikes") continue;
        spikes[id] += b - a;
        for (let group = readout; group + 1 < c.trace.eventStart.length; group += groups)
          last += Math.max(0, Math.min(b, c.trace.eventStart[group + 1]) - Math.max(a, c.trace.eventStart[group]));
      }
      for (const { id } of c.chip.cores)
        expect(spikes[id], `core ${id}`).toBe(counted.cores[id * CORE_COUNTERS.length + coreColumn.spikes_sent]);
    }),
    { seed: 20_261_130, numRuns: many(30) },
  );
  expect(last, "spikes of readouts").toBeGreaterThan(100);
});

test("waves are consecutive with their recorded durations, utterances one after the other", () => {
  const starts = events.filter((event) => event.kind === "wave").map((event) => event.cycle);
  let at = 0;
  expect(starts).toEqual(
    Array.from(run.waveCycles, (cycles) => {
      at += cycles;
      return at - cycles;
    }),
  );
});

test("waveforms, slices, tables and frames end where the last wave does, with its barrier", () => {
  const end = run.waveCycles.reduce((sum, cycles) => sum + cycles, 0);
  const worked = Math.max(...events.filter((event) => event.kind === "worked").map((event) => event.cycle));
  expect(end).toBeGreaterThan(worked);
  const vcd = [...vcdOf(recorder, on)].join("");
  const barrier = /\$var wire 1 (\S+) barrier/.exec(vcd)?.[1];
  expect(vcd.endsWith(`#${end * 10_000}\n0${barrier}\n`)).toBe(true);
  expect([...csvOf(recorder, placement, trace)].join("").endsWith(`\n${end},end,,,,,,\n`)).toBe(true);
  const barriers = (
    JSON.parse([...perfettoOf(recorder, on, placement, trace)].join("")) as { traceEvents: { name: string; ts: number; dur: number }[] }
  ).traceEvents.filter(({ name }) => name === "barrier");
  expect(barriers.length).toBe(run.waveCycles.length);
  const last = barriers[barriers.length - 1];
  expect(last.ts + last.dur).toBeCloseTo(end / on.technology.clockMhz, 9);
  expect(runFrames(recorder, on, placement).endCycle.at(-1)).toBe(end);
});

test("a CSV file has one line per event or spike, the header's columns, and cycles in order", () => {
  const lines = [...csvOf(recorder, placement, trace)].join("").trimEnd().split("\n");
  const columns = lines[0].split(",").length;
  expect(lines.every((line) => line.split(",").length === columns)).toBe(true);
  const kinds = lines.map((line) => line.split(",")[1]);
  expect(kinds.filter((kind) => kind === "take").length).toBe(total("spikes_received"));
  expect(kinds.filter((kind) => kind === "spike").length).toBe(trace.neuron.length);
});

describe("VCD", () => {
  const text = [...vcdOf(recorder, on)].join("");

  test("queue levels and busy wires, integrated over time, equal the counters", () => {
    const ids = new Map(Array.from(text.matchAll(/\$var wire \d+ (\S+) (\w+)/g), ([, id, name], i) => [`${i}/${name}`, id]));
    expect(ids.size).toBe(3 + 8 * placement.usedCores.length);
    const lines = text.slice(text.indexOf("$enddefinitions")).split("\n");
    const area = new Map<string, number>();
    const value = new Map<string, number>();
    let at = 0;
    for (const line of lines) {
      if (line.startsWith("#")) {
        const now = Number(line.slice(1)) / 10_000;
        for (const [id, level] of value) area.set(id, (area.get(id) ?? 0) + level * (now - at));
        at = now;
      } else if (/^[01]\S/.test(line)) value.set(line.slice(1), Number(line[0]));
      else if (line.startsWith("b")) value.set(line.split(" ")[1], Number.parseInt(line.split(" ")[0].slice(1), 2));
    }
    // signals of core c: input_queue, soma, soma_held, synapse, synapse_stall, dram_wait, send, deliver
    const signal = (c: number, k: number): number => area.get([...ids.values()][3 + 8 * c + k]) ?? 0;
    placement.usedCores.forEach((id, c) => {
      expect(signal(c, 2)).toBe(counter(id, "soma_stall_output_cycles"));
      const rows = events
        .filter((event) => event.kind === "rows" && event.core === id)
        .reduce((sum, event) => sum + event.cycle - event.a, 0);
      expect(signal(c, 3)).toBe(rows);
      const levels = events.filter((event) => event.kind === "level" && event.core === id);
      const waiting = levels.reduce((sum, event, i) => sum + event.a * ((levels[i + 1]?.cycle ?? event.cycle) - event.cycle), 0);
      expect(signal(c, 0)).toBe(waiting);
      expect(signal(c, 4)).toBe(counter(id, "synapse_stall_state_cycles"));
      expect(signal(c, 5)).toBe(0);
      expect(signal(c, 6)).toBe(counter(id, "packets_sent"));
      expect(signal(c, 7)).toBe(events.filter((event) => event.kind === "deliver" && event.core === id).length);
    });
  });

  test("times ascend, and a value is written only when it changes", () => {
    const times = Array.from(text.matchAll(/^#(\d+)$/gm), ([, time]) => Number(time));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  const reader = (() => {
    try {
      execFileSync("which", ["vcd2fst"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();
  test.skipIf(!reader)(
    `GTKWave's own reader accepts it${reader ? "" : " (skipped: vcd2fst of the Debian package gtkwave is not installed)"}`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), "vcd-"));
      writeFileSync(join(folder, "run.vcd"), text);
      execFileSync("vcd2fst", [join(folder, "run.vcd"), join(folder, "run.fst")]);
      rmSync(folder, { recursive: true });
    },
  );
});

test("in a VCD file every signal of the port changes, and it has no queue of a core", () => {
  const port = { tile: 0, bitsPerCycle: 30, latencyCycles: 2, packetBits: null, queueDepth: 1 };
  const behind = { ...on, port };
  const observed = new Recorder();
  const at = mapNetwork(topology, behind, precision, request, trace);
  const { total: counts } = runTiming(behind, at, precision, trace, observed);
  expect(Number(counts.port?.stallCycles)).toBeGreaterThan(0);
  const text = [...vcdOf(observed, behind)].join("");
  const changes = text.slice(text.indexOf("$dumpvars"));
  const scopes = new Map(text.split("$scope module ").map((part) => [part.slice(0, part.indexOf(" ")), part]));
  const signals = [...(scopes.get("port") ?? "").matchAll(/[$]var wire (\d+) (\S+) (\w+)/g)];
  expect(signals.map(([, , , name]) => name)).toEqual(["link_held", "send"]);
  for (const [, , id, name] of signals) expect(changes.includes(`\n1${id}\n`), name).toBe(true);
});

test("a Perfetto file is valid trace-event JSON; slices of a track do not overlap; queue counters are as recorded", () => {
  const parsed = JSON.parse([...perfettoOf(recorder, on, placement, trace)].join("")) as {
    traceEvents: { name: string; ph: string; ts: number; pid: number; tid: number; dur?: number }[];
  };
  for (const event of parsed.traceEvents) {
    expect(["X", "C", "i", "M"]).toContain(event.ph);
    expect(Number.isFinite(event.ts)).toBe(true);
    if (event.ph === "X") expect(event.dur).toBeGreaterThanOrEqual(0);
  }
  expect(parsed.traceEvents.filter((event) => event.ph === "C").length).toBe(count("level"));
  const rows = parsed.traceEvents.filter((event) => event.name === "rows");
  for (const pid of new Set(rows.map((event) => event.pid))) {
    const track = rows.filter((event) => event.pid === pid).sort((a, b) => a.ts - b.ts);
    for (let i = 1; i < track.length; i++) expect(track[i].ts).toBeGreaterThanOrEqual(track[i - 1].ts + (track[i - 1].dur ?? 0) - 1e-9);
  }
});

describe("explain", () => {
  const explanation = explain(
    { chip: on, placement, precision, trace, rest: null, run, rebuild: written(on), place: placeOn, onTried: () => {} },
    recorder,
  );

  test("an explanation names a critical core for every wave with work; its time equals the wave's", () => {
    const waves = criticalWaves(recorder);
    expect(waves.length).toBe(run.waveCycles.length);
    waves.forEach((wave, i) => {
      expect(wave.core).not.toBeNull();
      // 3 cores: barrier 4 + 3
      expect(wave.cycles).toBe(run.waveCycles[i] - 7);
    });
    expect(explanation.critical.reduce((sum, entry) => sum + entry.waves, 0)).toBe(waves.length);
  });

  test("the bottleneck takes most cycles of the unit that idles least, or is the tick if that is idle for longer", () => {
    const ofUnit = (unit: "synapse" | "soma", core: number, waits: boolean): number[] =>
      (explanation.cores.find((one) => one.core === core)?.shares ?? [])
        .filter(({ counter: name }) => name.startsWith(unit) && /_(idle|stall_output)_cycles$/.test(name) === waits)
        .map(({ share }) => share);
    const units = on.cores.flatMap(({ id }) => (["synapse", "soma"] as const).map((unit) => [unit, id] as const));
    const idles = ([unit, id]: (typeof units)[number]): number => ofUnit(unit, id, true).reduce((sum, share) => sum + share, 0);
    const least = units.reduce((best, one) => (idles(one) < idles(best) ? one : best));
    expect(explanation.bottleneck).toMatchObject({ core: least[1], share: Math.max(...ofUnit(...least, false)), leastIdle: idles(least) });
    for (const [periodCycles, resource] of [
      [3 * Math.max(...run.waveCycles), "the tick"],
      [5, explanation.bottleneck?.resource],
    ] as const) {
      const tick = { periodCycles, overrun: "wait" } as const;
      const seen = new Recorder();
      const ticking = { ...on, tick };
      const again = runTiming(ticking, placement, precision, trace, seen);
      const explained = {
        chip: ticking,
        placement,
        precision,
        trace,
        rest: null,
        run: again,
        rebuild: written(ticking),
        place: placeOn,
        onTried: () => {},
      };
      expect(explain(explained, seen).bottleneck).toMatchObject({ resource });
    }
  });

  test("a faster DRAM is a change only for a chip that reads weights from DRAM", () => {
    const paths = (of: typeof on): string[] => changesOf(of).map(({ path }) => path);
    expect(paths(on).filter((path) => path.startsWith("spill"))).toEqual([]);
    const spill = { bitsPerCycle: 16, latencyCycles: 9, burstBits: 64 };
    const changes = changesOf({ ...on, spill }).filter(({ path }) => path.startsWith("spill"));
    // 100 MHz: 16 bits per cycle are 1.6 Gbit/s, 9 cycles are 90 ns; half of them is rounded up to whole cycles
    expect(changes.map(({ path, from, to }) => [path, from, to])).toEqual([
      ["spill.bandwidth_gbit_s", 1.6, 3.2],
      ["spill.latency_ns", 90, 45],
    ]);
    expect(changes.map((change) => change.chip.spill)).toEqual([
      { ...spill, bitsPerCycle: 32 },
      { ...spill, latencyCycles: 5 },
    ]);
  });

  test("shares of a unit's cycles sum to 1; each gain equals that of a run of the changed chip", () => {
    const synapse = explanation.cores[0].shares.filter(({ counter: name }) => name.startsWith("synapse_"));
    expect(synapse.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    const lanes = explanation.gains.find((gain) => gain.path === "tile.core.lanes");
    const wider = { ...on, cores: on.cores.map((one) => ({ ...one, lanes: 2 })) };
    expect(lanes).toMatchObject({
      from: 1,
      to: 2,
      latencyRatio: runTiming(wider, placement, precision, trace).total.cycles / run.total.cycles,
    });
    expect(explanation.gains[0].latencyRatio).toBeLessThan(1);
  });
});

describe("the next tenth", () => {
  const explained = { chip: on, placement, precision, trace, rest: null, run, rebuild: written(on), place: placeOn, onTried: () => {} };
  const steps = (goal: "latency" | "energy") => nextSteps(explained, changedPoints(explained), goal);
  const energyOf = (chipOf: typeof on, of: typeof run): number => Number(price(chipOf, precision, topology, of.total).totalPj);

  test.each(["latency", "energy"] as const)(
    "%s: its ratios equal those of a run of the changed chip, and it reaches a tenth or says that it does not",
    (goal) => {
      const { changes, latencyRatio, energyRatio, isReached } = steps(goal);
      const changedChip = written(on)(Object.fromEntries(changes.map(({ path, to }) => [path, to]))) as typeof on;
      const again = runTiming(changedChip, placement, precision, trace);
      expect(latencyRatio).toBe(again.total.cycles / run.total.cycles);
      expect(energyRatio).toBe(energyOf(changedChip, again) / energyOf(on, run));
      expect(isReached).toBe(Number(goal === "latency" ? latencyRatio : energyRatio) <= 0.9);
      expect(goal === "latency" ? latencyRatio : energyRatio).toBeLessThan(1);
    },
  );

  test("two changes are proposed only if no single one gains a tenth", () => {
    const { changes } = steps("latency");
    const single = changesOf(on).map((one) => runTiming(one.chip, placement, precision, trace).total.cycles / run.total.cycles);
    expect(changes.length > 1).toBe(Math.min(...single) > 0.9);
  });
});

test("the formats by name give the same files as their writers", () => {
  const text = (name: keyof typeof traceFormats): string => [...traceFormats[name].write(recorder, on, placement, trace)].join("");
  expect(text("csv")).toBe([...csvOf(recorder, placement, trace)].join(""));
  expect(text("vcd")).toBe([...vcdOf(recorder, on)].join(""));
  expect(text("perfetto")).toBe([...perfettoOf(recorder, on, placement, trace)].join(""));
});

test("a design point recorded from its description is the same run, with the same explanation", { tags: ["long"] }, () => {
  const workload = { dataset: "none", path: null, split: "test", samples: 2, timingSamples: 2, seed: 1, steadyState: "composed" } as const;
  const nir = { stepSeconds: null, reset: null, scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
  const whole = { ...workload, labels: null, inputs: [], events: null, encoding: DIRECT };
  const experiment: Experiment = {
    chip: on,
    network: { model: "none", nir, lava: { restartSteps: 0, remainder: "lost" as const }, training: null },
    workload: whole,
    precision,
    mapping: request,
  };
  const recorded = recordRun(experiment, trace, trace, false);
  expect(recorded.placement).toEqual(placement);
  expect(recorded.run).toEqual(run);
  expect(recorded.recorder.sorted()).toEqual(events);
  const explained = { chip: on, placement, precision, trace, rest: null, run, rebuild: written(on), place: placeOn, onTried: () => {} };
  expect(explainRun(experiment, trace, recorded, written(on))).toEqual(explain(explained, recorder));
});
