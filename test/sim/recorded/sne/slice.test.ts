/** The SNE slice compared with recorded runs of its RTL, and the cycles of an event in them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../../base/package-root.js";
import { caseLines } from "../../../../cli/format/conform-lines.js";
import { caseFolders, conformFolder } from "../../../../sim/recorded/conform-folder.js";
import { CrossingQueue } from "../../../../sim/recorded/parts/crossing-queue.js";
import {
  at,
  chipWith,
  durations,
  END_WORD,
  kernels,
  memory,
  packet,
  run,
  SYNCH,
  spikeWord,
  stacked,
  TILED,
  timeWord,
  WIPE,
} from "./bench.js";

/** Recorded runs are beside the repository, or in the folder of this variable. */
const recorded = process.env.SNE_CASES ?? join(packageRoot(), "../shared/conformance/sne");
const folders = existsSync(recorded) ? caseFolders(recorded) : [];

test.skipIf(folders.length === 0)(
  "every row of every file of three recorded runs: windows with stalls, a grid of tiles, fully connected",
  () => {
    const runs = folders.map((folder) => conformFolder(recorded, folder));
    for (const one of runs) {
      expect(caseLines(one)[0]).toMatch(/^OK .* identical$/);
      expect(one.result?.unrecordedFiles).toEqual([]);
    }
    expect(runs.length).toBe(3);
    expect(runs.reduce((sum, { result }) => sum + (result?.compared ?? 0), 0)).toBe(25_612);
  },
);

/** Cycles from visit to visit: from the cycle after one FETCH to the cycle after the next. */
const gaps = (visits: readonly { readonly start: number }[]): number[] =>
  visits.slice(1).map(({ start }, i) => start - (visits[i]?.start ?? 0));

describe("an event costs", () => {
  test("15 cycles for a window, with 0, 1, 2 or 4 clusters in range, and 9 writes in each of these", () => {
    const spikes = [spikeWord(0, 100, 100), spikeWord(0, 3, 3), spikeWord(0, 3, 6), spikeWord(0, 6, 6), spikeWord(0, 3, 3)];
    const { visits, of } = run(chipWith({}), TILED, at(0, packet(timeWord(1), ...spikes)));
    expect(gaps(visits.filter(({ state }) => state === "SPIKE"))).toEqual([15, 15, 15, 15]);
    expect(visits.filter(({ state }) => state === "SPIKE").every(({ start, end }) => end - start === 12)).toBe(true);
    expect(of("state_writes")).toBe(9 * (0 + 1 + 2 + 4 + 1));
  });

  test("a window writes in cycles 4 to 12, and reads 12 times", () => {
    const far = {
      ...TILED,
      clusters: TILED.clusters.map((cluster) => ({ ...cluster, lowX: cluster.lowX + 50, highX: cluster.highX + 50 })),
    };
    const { visits, rows, of } = run(chipWith({}), far, at(0, packet(timeWord(1), spikeWord(0, 3, 53))));
    const start = visits.find(({ state }) => state === "SPIKE")?.start ?? 0;
    expect(rows.filter(({ event }) => event === "SWR").map(({ cycle }) => cycle - start + 1)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(of("state_reads")).toBe(12);
  });

  test("72 cycles for a sweep, reset and refresh: n + 6 and two, for n addresses", () => {
    const words = [WIPE, 0x8000_0000, WIPE];
    const { visits, of } = run(chipWith({}), stacked(16), at(0, packet(timeWord(1), ...words)));
    expect(gaps(visits.filter(({ state }) => state === "SPIKE"))).toEqual([72, 72]);
    expect(of("state_writes")).toBe(3 * 1024);
    for (const end of [0, 1, 9, 40]) {
      const short = run(
        chipWith({ mode: "sweep" }),
        { ...stacked(4), sweep: { step: 1, start: 0, end } },
        at(0, packet(timeWord(1), spikeWord(0, 1, 1))),
      );
      expect(short.visits.filter(({ state }) => state === "SPIKE").map(({ start, end: last }) => last - start + 1)).toEqual([end + 7]);
    }
  });

  test("5 cycles for a time step, 3 for a header", () => {
    const { visits } = run(chipWith({}), stacked(1), at(0, packet(timeWord(1), timeWord(2), timeWord(3))));
    const steps = visits.filter(({ state }) => state === "TIME");
    expect(gaps(steps)).toEqual([5, 5]);
    expect(steps.map(({ start, end }) => end - start + 1)).toEqual([3, 3, 3]);
    const header = visits.find(({ state }) => state === "ERROR");
    expect((steps[0]?.start ?? 0) - (header?.start ?? 0)).toBe(3);
  });

  test("140 cycles from one fully connected spike to the next if weights wait, 147 if they come at one word per cycle", () => {
    const weights = memory(...Array.from({ length: 128 }, () => 0));
    const spike = (step: number): readonly number[] => [...packet(timeWord(step), SYNCH), ...weights];
    const synchs = (words: readonly number[]): number[] => {
      const { visits, of } = run(chipWith({ mode: "fully-connected" }), stacked(0), at(0, words));
      const found = visits.filter(({ word }) => word.startsWith("7"));
      expect(of("state_writes") % 1024).toBe(0);
      return gaps(found);
    };
    const waiting = [...packet(timeWord(0), WIPE, timeWord(1), SYNCH), ...weights, ...spike(2)];
    expect(synchs(waiting)).toEqual([140]);
    expect(synchs([...packet(timeWord(0)), ...[1, 2, 3, 4].flatMap(spike)]).slice(1)).toEqual([147, 147]);
  });
});

describe("output queues", () => {
  test("a cluster that fires 1 to 3 neurons in a row causes no stall, 4 to 8 cause one restart, 9 cause two", () => {
    const last = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((firing) => durations(1, firing).at(-1));
    expect(last).toEqual([13, 13, 13, 17, 17, 17, 17, 17, 21]);
  });

  test("the sink limits 16 clusters that fire nine each: 142, 286, 574 cycles at 1, 1/2, 1/4 word per cycle", () => {
    const of = (period_cycles: number): number | undefined => durations(16, 9, { period_cycles, ready_cycles: 1 }, 7).at(-1);
    expect([1, 2, 4].map(of)).toEqual([142, 286, 574]);
  });

  test("16 x 1: 13 cycles, 16 x 2: 30, 16 x 3: 46, 8 x 3: 22, 4 x 3: 13", () => {
    const cases = [
      [16, 1],
      [16, 2],
      [16, 3],
      [8, 3],
      [4, 3],
    ] as const;
    expect(cases.map(([active, firing]) => durations(active, firing, undefined, 12).at(-1))).toEqual([13, 30, 46, 22, 13]);
  });

  test("a lone spike leaves 12 cycles after its word was taken: 5 to its start, 3 to the write, 4 to the output", () => {
    const chip = chipWith({ kernel_sharing: "all" });
    const inputs = [...at(0, kernels(1)), ...at(60, packet(timeWord(1)).slice(0, -1)), ...at(100, [spikeWord(0, 3, 3)])];
    const { visits, rows } = run(chip, stacked(1), inputs);
    const taken = rows.find(({ event, fields }) => event === "IN" && fields[0] === "20000303")?.cycle ?? 0;
    const start = visits.find(({ state }) => state === "SPIKE")?.start ?? 0;
    const write = rows.find(({ event }) => event === "SWR")?.cycle ?? 0;
    const out = rows.filter(({ event }) => event === "OUT").at(-1)?.cycle ?? 0;
    expect([start - taken, write - start, out - write, out - taken]).toEqual([5, 3, 4, 12]);
  });

  test("a time step leaves once, after all spikes before it, 12 cycles after its word was taken if nothing is before it", () => {
    const first = packet(timeWord(1)).slice(0, -1);
    const { rows } = run(chipWith({}), stacked(1), [...at(0, first), ...at(50, [timeWord(2)])]);
    const cycles = rows.filter(({ fields }) => fields[0] === "50000002").map(({ cycle }) => cycle);
    expect((cycles[1] ?? 0) - (cycles[0] ?? 0)).toBe(12);
    const spikes = Array.from({ length: 4 }, () => spikeWord(0, 3, 3));
    const storm = run(chipWith({ kernel_sharing: "all" }), stacked(16), [
      ...at(0, kernels(9)),
      ...at(60, packet(timeWord(1), ...spikes, timeWord(2))),
    ]);
    const out = storm.rows.filter(({ event }) => event === "OUT").map(({ fields }) => fields[0]);
    expect([out[0], out.at(-1), out.length]).toEqual(["50000001", "50000002", 2 + storm.spikes]);
    expect(storm.spikes).toBeGreaterThan(144);
  });
});

test("a word crosses a queue in 4 cycles; a full queue of 4 has space 6 cycles after its first push", () => {
  const queue = new CrossingQueue("queue", { depth: 4, flops: 2, registerWords: 2 });
  const shown: number[] = [];
  const ready: number[] = [];
  for (let cycle = 0; cycle < 12; cycle++) {
    if (queue.word() >= 0) shown.push(cycle);
    if (queue.isReady) ready.push(cycle);
    queue.evaluate(cycle);
    if (cycle < 4) queue.push(cycle);
    queue.commit(cycle);
  }
  expect(shown[0]).toBe(4);
  expect(ready).toEqual([0, 1, 2, 3, 6, 7, 8, 9, 10, 11]);
});

describe("deadlocks that the design has", () => {
  test("a spike or a reset before the first step never ends", () => {
    for (const word of [spikeWord(0, 3, 3), WIPE]) {
      const { visits, of, quietAt } = run(chipWith({}), stacked(1), at(0, packet(word, timeWord(1))));
      expect([visits.filter(({ state }) => state !== "ERROR"), of("outputs"), quietAt]).toEqual([[], 0, null]);
    }
  });

  test("SYNCH to a layer with kernels leaves as a step, but the next step never ends", () => {
    const { visits, rows, of } = run(chipWith({}), stacked(1), at(0, packet(timeWord(1), SYNCH + 5, timeWord(2), timeWord(3))));
    expect(visits.map(({ word }) => word)).toEqual(["0000ffff", "50000001", "70000005"]);
    expect(rows.filter(({ event }) => event === "OUT").map(({ fields }) => fields[0])).toEqual(["50000001", "50000005", "50000002"]);
    expect(of("router_TIME")).toBeGreaterThan(3900);
  });
});

test("a cluster whose box contains (0, 0) is read in every idle cycle, others in none", () => {
  const { summary, of } = run(chipWith({}), TILED, at(0, [END_WORD]), 4000);
  expect(of("state_reads")).toBe(4000);
  expect(summary.get("reads_by_group")?.slice(0, 2)).toEqual([4000, 0]);
});

test("idle time is skipped: 900,000 quiet cycles add no row; reads of idle cycles are counted", () => {
  const inputs = [...at(0, packet(timeWord(1), spikeWord(0, 3, 3))), ...at(900_000, packet(spikeWord(0, 3, 3), timeWord(2)))];
  const long = run(chipWith({}), TILED, inputs, 1_000_000);
  expect(long.rows.length).toBe(8 + 2 + 18);
  expect(long.summary.get("reads_by_group")?.[0]).toBeGreaterThan(999_950);
});

test("last_active of a run cut at any cycle is the last one before it with a row or an event in progress", () => {
  const chip = chipWith({ done_cycles: 2 });
  const inputs = at(0, packet(timeWord(1), spikeWord(0, 3, 3), timeWord(2)));
  const { visits, rows } = run(chip, TILED, inputs, 200);
  const active = new Set(rows.map(({ cycle }) => cycle));
  for (const { start, end, state } of visits)
    for (let cycle = start; cycle <= end + (state === "ERROR" ? 0 : chip.done_cycles); cycle++) active.add(cycle);
  const states = new Set<string>();
  for (let limit = Math.min(...active) + 1; limit < 100; limit++) {
    const last = Math.max(...[...active].filter((cycle) => cycle < limit));
    if (last === limit - 2 && active.has(limit)) states.add(visits.find(({ start }) => start === limit)?.state ?? "none");
    expect(run(chip, TILED, inputs, limit).of("last_active"), `limit ${limit}`).toBe(last);
  }
  expect([...states].sort()).toEqual(["SPIKE", "TIME"]);
});

test("busy cycles are 13 per window and 70 per sweep, and those of an event that the end cuts count until then", () => {
  const words = [spikeWord(0, 3, 3), WIPE, spikeWord(0, 100, 100), 0x8000_0000, spikeWord(0, 6, 6)];
  const busyAt = (limit: number): readonly number[] => {
    const { spikeCycles, sweepCycles } = run(chipWith({}), TILED, at(0, packet(timeWord(1), ...words)), limit);
    return [spikeCycles, sweepCycles];
  };
  const { visits } = run(chipWith({}), TILED, at(0, packet(timeWord(1), ...words)));
  expect(busyAt(4000)).toEqual([3 * 13, 2 * 70]);
  const events = visits.filter(({ state }) => state === "SPIKE");
  const first = events[0]?.start ?? 0;
  for (let limit = first; limit < first + 200; limit += 7) {
    const of = (isSweep: boolean): number =>
      events
        .filter(({ word }) => word.startsWith("2") !== isSweep)
        .reduce((sum, { start, end }) => sum + Math.max(0, Math.min(limit, end + 1) - start), 0);
    expect(busyAt(limit), `limit ${limit}`).toEqual([of(false), of(true)]);
  }
});
