/** Small runs of the SNE slice: a chip with some other keys, a layout in a few words, packets of events. */
import type { SneChip } from "../../../../arch/index.js";
import { recordedChip } from "../../../../sim/recorded/shipped-chip.js";
import { runSne, type SneRun } from "../../../../sim/recorded/sne/slice.js";
import type { SneCluster, SneInput, SneLayout } from "../../../../sim/recorded/sne/sne-settings.js";
import { END_WORD, headerWord, OP, spikeWord, timeWord } from "../../../../sim/recorded/sne/sne-words.js";

export const shipped = recordedChip("sne");
export const chipWith = (values: Partial<SneChip>): SneChip => ({ ...shipped, time_insertion: false, refresh_insertion: false, ...values });

/** A cluster whose low corner is at (x, y). */
export const clusterAt = (x: number, y: number, side = 8): SneCluster => ({
  ...{ lowX: x, lowY: y, highX: x + side - 1, highY: y + side - 1 },
  ...{ kernelX: -x & (side - 1), kernelY: -y & (side - 1), takesEvents: true },
});
/** The first `active` of 16 clusters are on top of each other at the origin; the others are far away. */
export const stacked = (active: number): SneLayout => ({
  clusters: Array.from({ length: 16 }, (_, g) => (g < active ? clusterAt(0, 0) : clusterAt(200, 200))),
  channels: [0, 1, 2, 3],
  sweep: { step: 1, start: 0, end: 63 },
  filter: [0, 0, 15, 15],
});
/** Four by four tiles that overlap by two neurons. */
export const TILED: SneLayout = {
  ...stacked(0),
  clusters: Array.from({ length: 16 }, (_, g) => clusterAt(6 * (g % 4), 6 * Math.floor(g / 4))),
};

export const WIPE = (OP.wipe << 28) >>> 0;
export const SYNCH = (OP.synch << 28) >>> 0;
export { END_WORD, spikeWord, timeWord };

export const packet = (...words: readonly number[]): readonly number[] => [headerWord("engine", 0xffff), ...words, END_WORD];
export const memory = (...words: readonly number[]): readonly number[] => [headerWord("memory", words.length), ...words];
/** 18 words of kernels for 16 channels: channel 0 has weight 7 at the places of a window's first `count` steps. */
export function kernels(count: number): readonly number[] {
  const words = Array.from({ length: 18 }, () => 0);
  for (let step = 0; step < count; step++) {
    const place = 8 - step;
    if (place === 0) words[16] = 0x7000_0000;
    else words[0] += 7 << (4 * (place - 1));
  }
  return memory(...words);
}

export const at = (notBefore: number, words: readonly number[]): readonly SneInput[] => words.map((word) => ({ notBefore, word }));

export interface Visit {
  readonly start: number;
  readonly end: number;
  readonly state: string;
  readonly word: string;
}
export interface Row {
  readonly cycle: number;
  readonly event: string;
  readonly fields: readonly string[];
}

export function run(chip: SneChip, layout: SneLayout, inputs: readonly SneInput[], limitCycles = 4000) {
  const done: SneRun = runSne(chip, { layout, inputs, limitCycles });
  const cells = (text: string): string[][] =>
    text
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row) => row.split(","));
  const visits = cells(done.operations).map(
    ([start, end, state = "", word = ""]): Visit => ({ start: Number(start), end: Number(end), state, word }),
  );
  const rows = cells(done.trace).map(([cycle, event = "", ...fields]): Row => ({ cycle: Number(cycle), event, fields }));
  const of = (name: string): number => done.summary.get(name)?.[0] ?? 0;
  return { ...done, visits, rows, of };
}

/**
 * Cycles in SPIKE of each of `events` equal events, after kernels and a first step; `active` clusters fire `firing`
 * neurons each.
 */
export function durations(active: number, firing: number, sink = { period_cycles: 1, ready_cycles: 1 }, events = 6): readonly number[] {
  const chip = chipWith({
    sink,
    neuron: { rest: 0, threshold: 10, refractory_steps: 0, threshold_rise: 0, time_scale: 0 },
    kernel_sharing: "all",
  });
  const spikes = Array.from({ length: events }, () => spikeWord(0, 3, 3));
  const inputs = [...at(0, kernels(firing)), ...at(60, packet(timeWord(1), ...spikes))];
  const { visits, of } = run(chip, stacked(active), inputs, 8000);
  if (of("inputs_left") > 0) throw new Error("the run is too short");
  return visits.filter(({ state }) => state === "SPIKE").map(({ start, end }) => end - start + 1);
}
