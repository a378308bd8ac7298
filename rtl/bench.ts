/**
 * What the test bench gives the chip and expects from it: features, spikes, scores, cycles of each wave, counters, all
 * from this program's own engines. The verdict on a run counts what was compared: a comparison of nothing is a failure.
 */
import type { Core } from "../arch/index.js";
import { InvariantError } from "../base/errors.js";
import { valuesOf } from "../sim/functional/index.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, inputOf, ROUTER_COUNTERS, runnableOf } from "../sim/index.js";
import { deepest } from "./cells.js";
import { hasNetwork } from "./network.js";
import type { RtlPoint } from "./point.js";
import { CYCLE_BITS, type HostPackets, type PortTables } from "./port.js";
import { hexLines, packed } from "./words.js";

/** Counters of a core in the order of the bench. */
const COMPARED = [
  "cycles",
  "synapse_reads",
  "state_reads",
  "state_writes",
  "input_queue_pushes",
  "input_queue_pops",
  "synaptic_macs",
  "synaptic_adds",
  "element_multiplies",
  "element_adds",
  "lut_reads",
  "neuron_updates",
  "spikes_sent",
  "spikes_received",
  "synapse_busy_cycles",
  "synapse_overhead_cycles",
  "synapse_stall_memory_cycles",
  "synapse_stall_state_cycles",
  "synapse_idle_cycles",
  "soma_busy_cycles",
  "soma_stall_state_cycles",
  "soma_stall_output_cycles",
  "soma_idle_cycles",
  "synapse_rereads",
  "state_rereads",
  "requantisations",
] as const satisfies readonly (CoreCounter | "cycles")[];

/** Further counters of a core with a network. */
const COMPARED_OUT = ["output_queue_pushes", "output_queue_pops", "packets_sent"] as const satisfies readonly CoreCounter[];

/**
 * Counters that the bench cannot compare: no signal of the library is an item of an address generator, and the rows of
 * neurons' own numbers are read in every cycle. Active and resting cycles are made of the cycles of units and waves,
 * which are compared. All others that are not compared are 0, or nothing is emitted.
 */
const UNCOMPARED: readonly CoreCounter[] = ["generated_addresses", "parameter_memory_reads", "active_cycles", "resting_cycles"];

/** Counters of a port. */
export const COMPARED_PORT = ["packets", "busyCycles", "stallCycles"] as const satisfies readonly (keyof NonNullable<Counters["port"]>)[];

/** How many of each kind are compared. */
export interface Expected {
  readonly spikes: number;
  readonly scores: number;
  readonly waves: number;
  readonly counters: number;
}

export interface Bench {
  /** Texts by file name. */
  readonly files: { readonly [name: string]: string };
  readonly sizes: { readonly [name: string]: number };
  readonly tables: { readonly [name: string]: readonly number[] };
  readonly expected: Expected;
  /** Additions that overflowed an accumulator, and states that were clamped, in the utterances of the bench. */
  readonly overflows: number;
  readonly saturations: number;
  /** Counters by name, summed over all cores and utterances. */
  readonly counters: { readonly [name: string]: number };
}

/** If a run takes more cycles than this many times the expected ones, the chip hangs. */
const PATIENCE = 2;

const COUNT_BITS = 64;
const WORD_BITS = 32;

const words = (values: Iterable<number>, bits: number): string =>
  hexLines(
    Array.from(values, (value) => packed([[value, bits]])),
    bits,
  );

/** Functional runs of the timed utterances; features are in units of the state. */
function runsOf({ experiment, model, samples, functional }: RtlPoint) {
  const runnable = runnableOf(experiment, model, samples);
  const engine = runnable.engine();
  return Array.from(functional.timedUtterances, (utterance) => {
    const values = valuesOf(samples, utterance, inputOf(experiment));
    const inputs = new Int32Array(values.length);
    runnable.toInputs(values, inputs);
    return { inputs, run: engine.run(inputs) };
  });
}

/** Spikes of a core in the order in which its soma sends them: by wave, slice, neuron. */
function* spikeWords({ functional, network, program }: RtlPoint, core: Core): Generator<bigint> {
  const { stepStart, eventStart, neuron, payload } = functional.trace;
  const populations = network.topology.populations.length;
  const { populationStart, routeOf, entryStart } = program;
  const goes = (last: number, global: number): boolean => entryStart[routeOf[last][global] + 1] > entryStart[routeOf[last][global]];
  for (let u = 0; u + 1 < stepStart.length; u++) {
    const steps = stepStart[u + 1] - stepStart[u];
    for (let wave = 0; wave < steps + deepest(network); wave++) {
      for (const { slice } of program.somaSlices[core.id]) {
        const { population, firstNeuron, neurons } = slice;
        const step = wave - network.topology.populations[population].depth;
        if (step < 0 || step >= steps) continue;
        const group = (stepStart[u] + step) * populations + population;
        const isLast = step === steps - 1 ? 1 : 0;
        for (let e = eventStart[group]; e < eventStart[group + 1]; e++) {
          if (neuron[e] < firstNeuron || neuron[e] >= firstNeuron + neurons) continue;
          // a spike without a destination is not sent
          if (!goes(isLast, populationStart[population] + neuron[e])) continue;
          yield packed([
            [payload[e], 16],
            [neuron[e], 16],
            [population, 8],
            [isLast, 8],
            [wave, 16],
          ]);
        }
      }
    }
  }
}

/** A core's counters, summed over the utterances. */
function countersOf({ run }: RtlPoint, core: Core, names: readonly (CoreCounter | "cycles")[]): { readonly [name: string]: number } {
  const { cycles, cores } = run.timing.total;
  const at = (name: CoreCounter): number => cores[core.id * CORE_COUNTERS.length + CORE_COUNTERS.indexOf(name)];
  return Object.fromEntries(names.map((name) => [name, name === "cycles" ? cycles : at(name)]));
}

/** Counters of all routers; each router's are followed by its flits per output port. */
function routerCounters({ run }: RtlPoint): number[] {
  const { routers, links, portsPerRouter } = run.timing.total;
  return Array.from({ length: routers.length / ROUTER_COUNTERS.length }, (_, r) => [
    ...routers.subarray(r * ROUTER_COUNTERS.length, (r + 1) * ROUTER_COUNTERS.length),
    ...links.subarray(r * portsPerRouter, (r + 1) * portsPerRouter),
  ]).flat();
}

const hostFiles = ({ packets, starts, link }: PortTables & HostPackets): { readonly [name: string]: string } => ({
  "host.hex": hexLines([...packets, 0n], link.BITS + CYCLE_BITS),
  "host_waves.hex": words(starts, WORD_BITS),
});

/** Counters of the port. */
const portCounters = ({ run }: RtlPoint): number[] => {
  const { port } = run.timing.total;
  return port === null ? [] : COMPARED_PORT.map((name) => port[name]);
};

/** `host`: what enters by the chip's port; null: the chip has no port, and features enter in frames. */
export function benchOf(point: RtlPoint, host: (PortTables & HostPackets) | null): Bench {
  const { network, experiment, run } = point;
  const runs = runsOf(point);
  const { cores } = point;
  const isAlone = !hasNetwork(experiment.chip, run.placement);
  const names = isAlone ? COMPARED : [...COMPARED, ...COMPARED_OUT];
  const byCore = cores.map((core) => countersOf(point, core, names));
  const others = CORE_COUNTERS.filter((name) => !(names as readonly string[]).includes(name) && !UNCOMPARED.includes(name));
  for (const core of cores)
    for (const [name, count] of Object.entries(countersOf(point, core, others)))
      if (count !== 0) throw new InvariantError(`rtl core ${core.id}`, null, `${name} is ${count}, and the bench does not compare it`);
  const counters = [
    ...byCore.flatMap((counts) => Object.values(counts)),
    ...(isAlone ? [] : routerCounters(point)),
    ...portCounters(point),
  ];
  const spikesOf = cores.map((core) => [...spikeWords(point, core)]);
  const spikes = spikesOf.flat();
  const spikeStarts = spikesOf.map((_, c) => spikesOf.slice(0, c).flat().length);
  const { waveCycles, total } = run.timing;
  const steps = runs.map(({ run: { steps: count } }) => count);
  const totalSteps = steps.reduce((sum, count) => sum + count, 0);
  const updates = network.topology.populations.map(({ update }) => update);
  return {
    files: {
      "steps.hex": words(steps, WORD_BITS),
      "frames.hex": words(
        host === null ? runs.flatMap(({ inputs }) => Array.from(inputs)) : new Uint8Array(totalSteps),
        experiment.precision.stateBits,
      ),
      ...(host === null ? {} : hostFiles(host)),
      "spikes.hex": hexLines([...spikes, 0n], COUNT_BITS),
      "scores.hex": words(
        runs.flatMap(({ run: { scores } }) => Array.from(scores)),
        network.scoreBits,
      ),
      "cycles.hex": words(waveCycles, WORD_BITS),
      "counters.hex": words(counters, COUNT_BITS),
    },
    sizes: {
      UTTERANCES: runs.length,
      STEPS: totalSteps,
      INPUTS: host === null ? network.inputs : 1,
      CLASSES: network.classes,
      LATE: network.topology.populations[network.scored].depth,
      SPIKES: spikes.length,
      WAVES: waveCycles.length,
      MOST_CYCLES: PATIENCE * total.cycles + 1000,
      ...(isAlone ? {} : { CORES: cores.length, ROUTERS: total.routers.length / ROUTER_COUNTERS.length, PORTS: total.portsPerRouter }),
      ...(host === null ? {} : { ...host.link, HOST_PACKETS: host.packets.length, HOST_LATENCY: host.latencyCycles }),
    },
    tables: {
      ...(isAlone ? {} : { SPIKE_STARTS: spikeStarts }),
      REQUANTISES: updates.map(({ requantises }) => requantises),
      MULTIPLIES: updates.map(({ multiplies }) => multiplies),
      ADDITIONS: updates.map(({ additions }) => additions),
      LOOKUPS: updates.map(({ lutReads }) => lutReads),
    },
    expected: { spikes: spikes.length, scores: totalSteps * network.classes, waves: waveCycles.length, counters: counters.length },
    counters: {
      ...Object.fromEntries(names.map((name) => [name, byCore.reduce((sum, counts) => sum + counts[name], 0)])),
      cycles: total.cycles,
    },
    overflows: runs.reduce((sum, { run: { accumulatorOverflows } }) => sum + accumulatorOverflows, 0),
    saturations: runs.reduce((sum, { run: { stateSaturations } }) => sum + stateSaturations, 0),
  };
}

/** Verdict on a run of the bench. */
export interface Verdict {
  /** True if everything that was compared is equal. */
  readonly isEqual: boolean;
  /** Number of spikes, scores, waves and counters that were compared. */
  readonly compared: Expected;
  /** One line each: values that differ, that were not compared, or that failed. */
  readonly differences: readonly string[];
}

/**
 * Judges what the bench printed in each of its runs, at least one: all are to be equal to what is expected. `compared`
 * is the least that a run has compared.
 */
export function judge(outputs: readonly [string, ...string[]], expected: Expected): Verdict {
  const [first, ...others] = outputs.map((output) => judgeRun(output, expected)) as [Verdict, ...Verdict[]];
  const differences = [...new Set([first, ...others].flatMap((run) => run.differences))];
  const least = (kind: keyof Expected): number => Math.min(first.compared[kind], ...others.map(({ compared }) => compared[kind]));
  const compared = { spikes: least("spikes"), scores: least("scores"), waves: least("waves"), counters: least("counters") };
  return { isEqual: differences.length === 0, compared, differences };
}

function judgeRun(output: string, expected: Expected): Verdict {
  const differences: string[] = [];
  const compared = { spikes: 0, scores: 0, waves: 0, counters: 0 };
  for (const line of output.split("\n")) {
    if (/^(DIFF|FAIL)\b/.test(line)) differences.push(named(line));
  }
  for (const kind of ["spikes", "scores", "waves", "counters"] as const) {
    const found = new RegExp(`^RESULT ${kind} (\\d+) of (\\d+), (\\d+) wrong`, "m").exec(output);
    if (found === null) {
      differences.push(`${kind}: the bench did not come to its end`);
      continue;
    }
    const [seen, , wrong] = found.slice(1).map(Number);
    compared[kind] = seen;
    if (wrong > 0) differences.push(`${kind}: ${wrong} of ${seen} differ`);
    if (seen !== expected[kind]) differences.push(`${kind}: ${seen} compared, ${expected[kind]} expected`);
    if (seen === 0 && kind !== "spikes") differences.push(`${kind}: nothing was compared`);
  }
  const undrained = /^RESULT undrained (\d+)/m.exec(output)?.[1];
  if (undrained !== "0") differences.push(`${undrained ?? "?"} waves began before the last one's words were written`);
  return { isEqual: differences.length === 0, compared, differences };
}

const OF_CORE: readonly string[] = [...COMPARED, ...COMPARED_OUT];

/** A counter by its name; a router's own counters are followed by flits per port. */
function named(line: string): string {
  return line
    .replace(/^DIFF (core \d+) counter (\d+)/, (_, core: string, index: string) => `${core} ${OF_CORE[Number(index)]}`)
    .replace(/^DIFF port counter (\d+)/, (_, index: string) => `port ${COMPARED_PORT[Number(index)]}`)
    .replace(/^DIFF (router \d+) counter (\d+)/, (_, router: string, index: string) => {
      const at = Number(index);
      return `${router} ${ROUTER_COUNTERS[at] ?? `flits of port ${at - ROUTER_COUNTERS.length}`}`;
    })
    .replace(/^(DIFF|FAIL) /, "");
}
