/**
 * A run of the SNE slice as an ordinary network and its spike trace: the input of the board `sne-like`.
 *
 * One synapse stands for the neurons that the clusters of a channel update in lock step: a window event has 9 per
 * channel, without border neurons; a sweep has one per address of a cluster and channel. Events outside the map have no
 * synapses and are left out. Equal events of a step come from twins of their source. A neuron fires at most once per
 * step.
 */
import type { Projection, Topology } from "../../../../arch/index.js";
import { runTiming } from "../../../../sim/board/run-timing.js";
import { mapNetwork } from "../../../../sim/mapping/map.js";
import { shippedBoard } from "../../../../sim/recorded/shipped-chip.js";
import { convolution } from "../../board/convolutions.js";
import { population, traceOf } from "../../board/fixtures.js";
import type { run } from "./bench.js";

type SliceRun = ReturnType<typeof run>;

/** The map of a layer: a square with this side, and its output channels by their numbers in the words. */
export interface BoardMap {
  readonly side: number;
  readonly channels: readonly number[];
}

/** Number of source populations, one per core. */
const TWINS = 4;
const ADDRESSES = 64;

interface Step {
  readonly inputs: number[];
  sweeps: number;
  readonly outputs: Set<number>;
}

/** Steps from the first one on: positions of events, sweeps, neurons that fired. */
function stepsOf({ visits, rows }: SliceRun, { side, channels }: BoardMap): Step[] {
  const steps: Step[] = [];
  for (const { state, word } of visits) {
    if (state === "TIME") steps.push({ inputs: [], sweeps: 0, outputs: new Set() });
    const step = steps.at(-1);
    if (state !== "SPIKE" || step === undefined) continue;
    if (/^[48]/.test(word)) {
      step.sweeps++;
      continue;
    }
    const [y, x] = [Number.parseInt(word.slice(4, 6), 16), Number.parseInt(word.slice(6), 16)];
    if (y >= side || x >= side) continue;
    let place = y * side + x;
    while (step.inputs.includes(place)) place += side * side;
    if (place >= TWINS * side * side) throw new Error("more equal events in a step than there are twins");
    step.inputs.push(place);
  }
  let at = -1;
  for (const { event, fields } of rows) {
    if (event !== "OUT") continue;
    const word = fields[0] ?? "";
    if (word.startsWith("5")) at++;
    else {
      const channel = channels.length === 1 ? 0 : channels.indexOf(Number.parseInt(word.slice(2, 4), 16));
      const place = Number.parseInt(word.slice(4, 6), 16) * side + Number.parseInt(word.slice(6), 16);
      steps[at]?.outputs.add(channel * side * side + place);
    }
  }
  return steps;
}

/** Number of sources of sweeps: at most this many sweeps occur in a step. */
const SWEEPS = 8;

/** Each sweep reaches `ADDRESSES` neurons of each channel. */
function sweepRows(neurons: number, channels: number): Projection {
  const targets = Uint32Array.from({ length: ADDRESSES * channels }, (_, i) => Math.floor((i * neurons) / (ADDRESSES * channels)));
  const rowStart = Uint32Array.from({ length: SWEEPS + 1 }, (_, i) => i * targets.length);
  const all = Uint32Array.from({ length: SWEEPS * targets.length }, (_, i) => targets[i % targets.length]);
  return { source: TWINS, target: TWINS + 1, recurrent: false, sparse: { rowStart, targets: all } };
}

/** Cycles of the board for the stream, and its counts. */
export function boardOf(slice: SliceRun, map: BoardMap) {
  const { side, channels } = map;
  const area = side * side;
  const neurons = area * channels.length;
  const geometry = { size: [side, side], kernel: [3, 3], stride: 1, padding: 1, dilation: 1, groups: 1 } as const;
  const plain = { payloadBits: 0 };
  const topology: Topology = {
    populations: [
      ...Array.from({ length: TWINS }, (_, i) => population(`events ${i}`, area, 0, plain)),
      population("sweeps", SWEEPS, 0, plain),
      population("neurons", neurons, 1, plain),
    ],
    projections: [
      ...Array.from({ length: TWINS }, (_, i) => convolution(i, TWINS + 1, { ...geometry, channels: [1, channels.length] })),
      sweepRows(neurons, channels.length),
    ],
  };
  const steps = stepsOf(slice, map);
  const ascending = (some: Iterable<number>): number[] => [...some].sort((a, b) => a - b);
  const fires = steps.map(({ inputs, sweeps, outputs }) => [
    ...Array.from({ length: TWINS }, (_, i) =>
      ascending(inputs.filter((place) => Math.floor(place / area) === i).map((place) => place % area)),
    ),
    Array.from({ length: sweeps }, (_, i) => i),
    ascending(outputs),
  ]);
  const trace = traceOf(topology, [fires]);
  const { chip, precision } = shippedBoard("sne-like");
  const manual = {
    ...Object.fromEntries(Array.from({ length: TWINS }, (_, i) => [`events ${i}`, [i]])),
    sweeps: [3],
    neurons: channels.map((_, i) => 4 + i),
  };
  const request = { strategy: "manual", manual, maxNeuronsPerCore: channels.length === 1 ? null : area, seed: 1 } as const;
  const { total, latencyCycles } = runTiming(
    chip,
    mapNetwork(topology, chip, precision, request, trace),
    precision,
    trace,
    null,
    "replayed",
  );
  const count = (pick: (step: Step) => number): number => steps.reduce((sum, step) => sum + pick(step), 0);
  return {
    cycles: latencyCycles[0] ?? 0,
    steps: steps.length,
    events: count(({ inputs }) => inputs.length),
    sweeps: count(({ sweeps }) => sweeps),
    outputs: count(({ outputs }) => outputs.size),
    /** one per spike and engine core that it reaches */
    packets: total.packets,
  };
}

/** Cycles of the slice from its first step to its last activity. */
export function sliceCycles({ visits, of }: SliceRun): number {
  return of("last_active") + 1 - (visits.find(({ state }) => state === "TIME")?.start ?? 0);
}
