/** SNE's slice as a core model. */
import type { SneChip } from "../../arch/index.js";
import { createRng, type Rng } from "../../base/rng.js";
import {
  type CoupledFacts,
  type CoupledMetrics,
  type CoupledModel,
  countedRow,
  limited,
  NANOSECOND,
  standingRows,
  unpricedRow,
} from "./coupled-model.js";
import { eventRow } from "./signals.js";
import { runSne, type SneRun } from "./sne/slice.js";
import { sneChip, sneOutputs, sneStimulus } from "./sne/sne-case.js";
import { neuronsOf, type SneInput, type SneLayout, type SneStimulus } from "./sne/sne-settings.js";
import { END_WORD, headerWord, OP, spikeWord, timeWord } from "./sne/sne-words.js";
import type { WorkloadRequest } from "./workload.js";

/** Length field of a packet that an end word ends. */
const OPEN_LENGTH = 0xffff;
/** Mean input spikes per step; largest gap between two steps in the input; how far spikes may lie beside the map. */
const SPIKES_PER_STEP = 8;
const STEP_GAP = 60;
const MARGIN = 2;

/**
 * Clusters as tiles of one map that overlap by two neurons at their borders, so that every inner neuron of the map
 * fires once.
 */
function tiles(chip: SneChip): SneLayout {
  const columns = chip.clusters === 8 ? 4 : Math.sqrt(chip.clusters);
  const stride = chip.cluster_side - 2;
  const neurons = neuronsOf(chip);
  return {
    clusters: Array.from({ length: chip.clusters }, (_, g) => {
      const [lowX, lowY] = [stride * (g % columns), stride * Math.floor(g / columns)];
      const kernel = (low: number): number => -low & (chip.cluster_side - 1);
      const [highX, highY] = [lowX + chip.cluster_side - 1, lowY + chip.cluster_side - 1];
      return { lowX, lowY, highX, highY, kernelX: kernel(lowX), kernelY: kernel(lowY), takesEvents: true };
    }),
    channels: [0, 1, 2, 3],
    sweep: { step: 1, start: 0, end: neurons - 1 },
    filter: [0, 0, chip.clusters - 1, chip.clusters - 1],
  };
}

/** A word of eight weights of four bits each. */
function weightsWord(rng: Rng, density: number): number {
  let word = 0;
  for (let i = 0; i < 8; i++) word = (word << 4) | (rng.float() < density ? rng.int(0, 15) : 0);
  return word >>> 0;
}

/**
 * Words for kernels, then steps with spikes anywhere on the map and a little beside it. In a fully connected layer
 * every spike brings its weights.
 */
function sneWorkload(chip: SneChip, request: WorkloadRequest): SneStimulus {
  const rng = createRng(request.seed, "SNE workload");
  const layout = tiles(chip);
  const inputs: SneInput[] = [];
  let notBefore = 0;
  const add = (...words: readonly number[]): void => void inputs.push(...words.map((word) => ({ notBefore, word })));
  const weights = (count: number): void => {
    add(headerWord("memory", count));
    for (let i = 0; i < count; i++) add(weightsWord(rng, request.density));
  };
  const isConnected = chip.mode === "fully-connected";
  if (!isConnected) weights(chip.kernel_channels + Math.floor(chip.kernel_channels / 8));
  add(headerWord("engine", OPEN_LENGTH), timeWord(0));
  if (isConnected) add(END_WORD);
  let step = 0;
  const { highX, highY } = layout.clusters[chip.clusters - 1];
  for (let i = 0; i < request.events; i++) {
    notBefore += rng.int(0, 2 * request.gapCycles);
    if (isConnected) {
      add(headerWord("engine", OPEN_LENGTH), timeWord(++step), (OP.synch << 28) >>> 0, END_WORD);
      weights(2 * neuronsOf(chip));
    } else {
      if (rng.int(1, SPIKES_PER_STEP) === 1) {
        step += rng.int(1, STEP_GAP);
        add(timeWord(step));
      }
      const channel = rng.int(0, Math.max(0, chip.kernel_channels - 1));
      add(spikeWord(channel, rng.int(0, highY + MARGIN), rng.int(0, highX + MARGIN)));
    }
  }
  if (!isConnected) add(END_WORD);
  return { layout, inputs, limitCycles: request.limitCycles };
}

/** All clusters count as one core, because they work in lock step. Refresh sweeps count as its soma's work. */
function sneFacts(chip: SneChip, { limitCycles }: SneStimulus, run: SneRun): CoupledFacts {
  const visited = run.operations.split("\n").map((row) => row.split(",")[2]);
  const of = (state: string): number => visited.filter((name) => name === state).length;
  const [lastActive = 0] = run.summary.get("last_active") ?? [];
  const latencyCycles = run.quietAt === null ? null : lastActive + 1;
  const cycles = latencyCycles ?? limitCycles;
  return {
    latencyCycles,
    cycles,
    spikes: run.spikes,
    eventsProcessed: of("SPIKE"),
    eventsDropped: run.dropped,
    synapticOperations: run.synapticOperations,
    ticks: of("TIME"),
    cores: [
      {
        ...{ core: 0, neurons: chip.clusters * neuronsOf(chip) },
        ...{ synapseBusy: run.spikeCycles / Math.max(cycles, 1), somaBusy: run.sweepCycles / Math.max(cycles, 1) },
      },
    ],
    links: [],
  };
}

/** List elements by number: `reads_by_group.3`. */
const metricsOf = ({ summary }: SneRun): CoupledMetrics =>
  Object.fromEntries(
    [...summary].flatMap(([name, values]) =>
      /_by_group$/.test(name) ? values.map((value, g) => [`${name}.${g}`, value]) : [[name, values[0] ?? 0]],
    ),
  );

export const sne: CoupledModel<SneChip> = {
  run: (chip, input) => {
    const stimulus = input.kind === "case" ? limited(sneStimulus(chip, input.files), input) : sneWorkload(chip, input.request);
    const run = runSne(chip, stimulus);
    return { metrics: metricsOf(run), facts: sneFacts(chip, stimulus, run), trace: run.trace };
  },
  cases: {
    inputs: ["case.txt", "input.csv"],
    needed: ["trace.csv", "summary.txt"],
    mark: "lb_x",
    names: ["sne"],
    withRegisters: sneChip,
    outputs: sneOutputs,
  },
  costs: {
    timeUs: ({ power }, _facts, cycles) => (power === null ? null : cycles / power.clock_mhz),
    rows: ({ power, source }, { facts: { synapticOperations, cycles } }, timeUs) => {
      if (power === null || synapticOperations === null) return [];
      const { leakage_uw, idle_uw_per_mhz } = power;
      const standing =
        leakage_uw === null || idle_uw_per_mhz === null
          ? [
              unpricedRow(
                "cycles of leakage and idle clock",
                cycles,
                ": that of the operations, power over rate, covers it at the best rate alone",
              ),
            ]
          : standingRows({ ...power, leakage_uw, idle_uw_per_mhz }, timeUs, source);
      return [countedRow("synaptic operations", synapticOperations, power.synaptic_operation_pj, source), ...standing];
    },
  },
  periodPs: (chip) => (chip.power === null ? NANOSECOND() : Math.round(1e6 / chip.power.clock_mhz)),
  begin: () => {},
  row: eventRow,
};
