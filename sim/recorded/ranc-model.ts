/** RANC as a core model. */
import { type RancChip, sweepCycles } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { type CoupledFacts, type CoupledModel, countedRow, flat, limited, NANOSECOND, timedRow } from "./coupled-model.js";
import { RANC_PORTS, type RancCoreNet, type RancRun, type RancStimulus, runRanc } from "./ranc.js";
import { rancCase, rancOutputs, rancStimulus } from "./ranc-case.js";
import { refuseBeyond, type WorkloadRequest } from "./workload.js";

/**
 * Ticks that follow the last injection. The next tick reads it, if its packet has arrived, and the packets that it
 * causes wait for two ticks more. Later ticks would go on for ever, because leaks alone make neurons spike.
 */
const LAST_TICKS = 4;
/** Cycle of the first tick. */
const FIRST_TICK = 5;
/** Bound of memory. */
const MOST_TICKS = powerOfTwo(23);
/** Pairs of axons and neurons in all cores, each drawn; 2^24, a grid of 16 x 16 whole cores, took 14 s. */
const MOST_PAIRS = powerOfTwo(25);

/**
 * Ticks to the `LAST_TICKS`th after the last of `events` packets. They follow each other as fast as the cores can
 * sweep; where a tick has a time, at one distance for cores of all sizes, so that all meet the same packets in a tick.
 */
function rancWorkload(chip: RancChip, request: WorkloadRequest): RancStimulus {
  const { width, height } = chip.grid;
  const pairs = width * height * chip.neurons * chip.axons;
  refuseBeyond(MOST_PAIRS, pairs, "pairs of axons and neurons in all cores", "a smaller grid, or fewer neurons or axons");
  const rng = createRng(request.seed, "RANC workload");
  const output = chip.output_core.x + chip.output_core.y * width;
  const cores = Array.from({ length: width * height }, (_, c): RancCoreNet => {
    if (c === output) return null;
    const neurons = Array.from({ length: chip.neurons }, () => {
      const target = rng.int(0, width * height - 1);
      const packet = {
        ...{ dx: (target % width) - (c % width), dy: Math.floor(target / width) - Math.floor(c / width) },
        ...{ axon: rng.int(0, chip.axons - 1), delayTicks: rng.int(0, Math.min(2, chip.delay_slots - 2)) },
      };
      const top = powerOfTwo(chip.potential_bits - 1) - 1;
      const weights = Array.from({ length: 4 }, () => Math.max(-top, Math.min(top, rng.int(-4, 12))));
      const axons = Array.from({ length: chip.axons }, (_unused, axon) => axon).filter(() => rng.float() < request.density);
      const threshold = Math.min(top, rng.int(8, 30));
      return {
        axons,
        potential: 0,
        reset: 0,
        weights,
        leak: rng.int(0, 2),
        positiveThreshold: threshold,
        negativeThreshold: -threshold,
        resetMode: rng.int(0, 1),
        packet,
      };
    });
    return { axonTypes: Array.from({ length: chip.axons }, () => rng.int(0, 3)), neurons };
  });
  const period = chip.power?.tick_cycles ?? sweepCycles(chip);
  const injections = new Map<number, RancStimulus["injections"][number]>();
  let cycle = FIRST_TICK + 1;
  for (let i = 0; i < request.events; i++) {
    cycle += rng.int(1, 2 * request.gapCycles);
    const packet = { dx: rng.int(0, width - 1), dy: rng.int(0, height - 1), axon: rng.int(0, chip.axons - 1), delayTicks: 0 };
    injections.set(cycle, { cycle, packet });
  }
  const { limitCycles } = request;
  // a tick at the limit or later is not run, but says that work is left
  const count = Math.ceil((Math.min(cycle, limitCycles) - FIRST_TICK) / period) + LAST_TICKS;
  refuseBeyond(MOST_TICKS, count, "global ticks before its limit", "fewer events, or a lower limit");
  const ticks = Array.from({ length: count }, (_, i) => FIRST_TICK + i * period);
  return { cores, ticks, injections: [...injections.values()], limitCycles };
}

/**
 * Facts of a run. A neuron's visit takes one cycle per axon for its synapses; the rest (write, stalls, check) is its
 * soma's.
 */
function rancFacts(chip: RancChip, stimulus: RancStimulus, run: RancRun): CoupledFacts {
  const totals = run.summary.totals as { readonly [name: string]: number };
  const live = run.cores.flatMap((core, at) => (core === null ? [] : [{ core, at }]));
  const latencyCycles = run.isQuiet && run.inFlight === 0 ? Number(run.summary.last_event_cycle) + 1 : null;
  const cycles = latencyCycles ?? stimulus.limitCycles;
  return {
    latencyCycles,
    cycles,
    spikes: totals.spikes,
    eventsProcessed: totals.sched_writes + run.outputs,
    eventsDropped: totals.sched_drops + run.refused,
    synapticOperations: totals.synaptic_ops,
    ticks: stimulus.ticks.filter((cycle) => cycle < cycles).length,
    links: rancLinks(chip, run, cycles),
    cores: live.map(({ core, at }) => {
      const synapse = core.counters().csram_writes * chip.axons;
      const [synapseBusy, somaBusy] = [synapse, core.busyCyclesUntil(cycles) - synapse].map((busy) => busy / Math.max(cycles, 1));
      return { core: at, neurons: chip.neurons, synapseBusy, somaBusy };
    }),
  };
}

/** Outputs that lead to a neighbour, to a core or to the chip's output. */
function rancLinks({ grid }: RancChip, { departed }: RancRun, cycles: number): CoupledFacts["links"] {
  const { width, height } = grid;
  const leads = (x: number, y: number): readonly boolean[] => [x < width - 1, x > 0, y < height - 1, y > 0, true];
  return Array.from({ length: width * height }, (_, router) => router).flatMap((router) => {
    const open = leads(router % width, Math.floor(router / width));
    return RANC_PORTS.flatMap((port, k) => {
      if (open[k] !== true) return [];
      const packets = departed[router * RANC_PORTS.length + k];
      return [{ router, port: port === "core" ? `core ${router}` : port, flitsPerCycle: packets / Math.max(cycles, 1) }];
    });
  });
}

export const ranc: CoupledModel<RancChip> = {
  run: (chip, input) => {
    const stimulus = input.kind === "case" ? limited(rancStimulus(chip, input.files), input) : rancWorkload(chip, input.request);
    const run = runRanc(chip, stimulus);
    const { cores: _, ...totals } = run.summary;
    return { metrics: flat(totals), facts: rancFacts(chip, stimulus, run), trace: run.trace };
  },
  cases: {
    inputs: ["case.json", "net.json", "stim.csv"],
    needed: ["trace.csv", "summary.json"],
    mark: "GX",
    names: ["ranc"],
    withRegisters: (chip, files) => rancCase(chip, files).chip,
    outputs: rancOutputs,
  },
  costs: {
    timeUs: ({ power }, { ticks }) => (power === null || ticks === null ? null : (ticks * 1e6) / power.tick_hz),
    /** A grid has its cores' share of the static power. */
    rows: ({ power, source }, { facts: { synapticOperations, cores } }, timeUs) => {
      if (power === null || synapticOperations === null) return [];
      const staticPj = ((power.static_mw * 1e3 * cores.length) / power.cores) * timeUs;
      return [
        countedRow("synaptic operations", synapticOperations, power.synaptic_operation_pj, source),
        timedRow("static power", "leakage", staticPj, source),
      ];
    },
  },
  periodPs: NANOSECOND,
  begin: () => {},
  /** `cycle,core,event,a,b`; core -1 is the outside. */
  row: (book, cycle, [, core = "", event = "", ...fields]) => {
    const scope = core === "-1" ? "outside" : `core${core}`;
    if (event === "TICK_START" || event === "TICK_END") book.set(scope, "busy", "wire", cycle, event === "TICK_START" ? 1 : 0);
    else book.pulse(scope, event === "HOP" ? `hop_${fields[0]}` : event.toLowerCase(), cycle, fields);
  },
};
