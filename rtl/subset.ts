/**
 * Which points can be emitted: rules, each with the key that breaks it, the reason, and the nearest change. A key that
 * no rule knows is refused, so that a new feature of the simulator is emitted only once the library has it.
 */
import { byKind, byStep, type CellKernel, isHardTick, type PartProjection, type Projection, writtenKey } from "../arch/index.js";
import { InputError } from "../base/errors.js";
import { integerGraphOf, modelTopology } from "../sim/index.js";
import { fixText, heldBy, wholeFanIn } from "../sim/mapping/index.js";
import { buildProgram } from "../sim/program/index.js";
import { graphObstacle, NO_INPUT, rowRules } from "./graph-rules.js";
import { memoryRules } from "./memory-rules.js";
import { hasNetwork } from "./network.js";
import { cellsIn } from "./point.js";
import type { Candidate, Obstacle, Placed, Rule } from "./rule.js";
import { KNOWN_NOC, networkRules } from "./several-rules.js";

/** Keys that the rules or tables know, by the object to which they belong. */
const KNOWN = {
  chip: [
    "name",
    "technology",
    "fpga",
    "convolution",
    "weightFormat",
    "weightFormats",
    "noc",
    "barrier",
    "tick",
    "sourcePace",
    "spill",
    "port",
    "frameBuffer",
    "coresPerTile",
    "cores",
    "silicon",
    "priceOverrides",
  ],
  core: [
    ...["id", "tile", "maxNeurons", "lanes", "accumulateDepthCycles", "eventOverheadCycles", "scan", "synapseMemory", "stateMemory"],
    ...[
      "axonEntries",
      "routeEntries",
      "inputQueue",
      "intake",
      "outputQueue",
      "queueKinds",
      "parameterKind",
      "configurationBits",
      "tableMacros",
      "ownWords",
    ],
    "neuronUpdate",
  ],
  scan: ["policy", "chunkBits", "cyclesPerChunk", "cyclesPerSetBit"],
  memory: ["kind", "own", "sizeBits", "wordBits", "banks", "ports", "readLatencyCycles", "refetch", "rereadsInStalls"],
  inputQueue: ["depth"],
  outputQueue: ["depth"],
  queueKinds: ["input", "output"],
  intake: ["full", "visibilityCycles", "fullJudged"],
  neuronUpdate: ["policy", "units", "cyclesPerNeuron", "pipelineDepthCycles"],
  barrier: ["baseCycles", "perCoreCycles"],
  port: ["tile", "bitsPerCycle", "latencyCycles", "packetBits", "queueDepth"],
  tick: ["periodCycles", "overrun", "spreadCycles"],
  noc: KNOWN_NOC,
  spill: ["bitsPerCycle", "latencyCycles", "burstBits", "prefetchBits"],
  nir: ["stepSeconds", "reset", "scheme", "integratorGain", "refractorySeconds"],
  lava: ["restartSteps", "remainder"],
  network: ["model", "nir", "lava", "training"],
  workload: [
    ...["dataset", "path", "labels", "inputs", "events", "encoding", "split", "samples", "timingSamples", "seed", "steadyState"],
    ...["periodMs", "rest"],
  ],
  encoding: ["kind", "stepsPerFrame", "gain", "threshold"],
  precision: [
    ...["weightBits", "stateBits", "stateFractionBits", "accumulatorBits", "accumulatorOverflow", "lutBits", "gateBits", "leak"],
    ...["spikeBits", "integers", "layers", "weightScale"],
  ],
} as const;

/** Keys of an object that are not known. */
function unknownKeys(object: object, known: readonly string[], path: string): Obstacle[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      key: `${path}.${writtenKey(key)}`,
      reason: "the SystemVerilog library does not know this key",
      change: "leave it out",
    }));
}

/** How a network is trained and placed is no part of a circuit: `network.training` and `mapping` may have any key. */
function newKeys({ experiment, placement }: Candidate): Obstacle[] {
  const { chip, precision, network, workload } = experiment;
  const found = [
    ...unknownKeys(network, KNOWN.network, "network"),
    ...unknownKeys(network.nir, KNOWN.nir, "network.nir"),
    ...unknownKeys(network.lava, KNOWN.lava, "network.lava"),
    ...unknownKeys(workload, KNOWN.workload, "workload"),
    ...unknownKeys(workload.encoding, KNOWN.encoding, "workload.encoder"),
    ...unknownKeys(chip.spill ?? {}, KNOWN.spill, "spill"),
    ...unknownKeys(chip, KNOWN.chip, "chip"),
    ...unknownKeys(chip.barrier, KNOWN.barrier, "barrier"),
    ...unknownKeys(chip.tick ?? {}, KNOWN.tick, "tick"),
    ...unknownKeys(chip.port ?? {}, KNOWN.port, "inputs.port"),
    ...(hasNetwork(chip, placement) ? unknownKeys(chip.noc, KNOWN.noc, "noc") : []),
    ...unknownKeys(precision, KNOWN.precision, "precision"),
    ...placement.usedCores
      .map((id) => chip.cores[id])
      .flatMap((core) => [
        ...unknownKeys(core, KNOWN.core, "tile.core"),
        ...unknownKeys(core.scan, KNOWN.scan, "tile.core.scan"),
        ...unknownKeys(core.synapseMemory, KNOWN.memory, "tile.core.synapse_memory"),
        ...unknownKeys(core.stateMemory, KNOWN.memory, "tile.core.state_memory"),
        ...unknownKeys(core.inputQueue, KNOWN.inputQueue, "tile.core.input_queue"),
        ...unknownKeys(core.outputQueue, KNOWN.outputQueue, "tile.core.output_queue"),
        ...unknownKeys(core.queueKinds, KNOWN.queueKinds, "tile.core.input_queue"),
        ...unknownKeys(core.intake, KNOWN.intake, "tile.core.input_queue"),
        ...unknownKeys(core.neuronUpdate, KNOWN.neuronUpdate, "tile.core.neuron_update"),
      ]),
  ];
  // cores of one kind have the same keys
  return [...new Map(found.map((obstacle) => [obstacle.key, obstacle])).values()];
}

/** What the library does not support at all in an imported network. */
const importable: Rule<Candidate> = ({ model, experiment, samples }) =>
  byKind<Obstacle | null>(model, {
    own: () => null,
    nir: (network) => (samples === null ? NO_INPUT : graphObstacle(integerGraphOf(experiment, network, samples))),
  });

/** A partial sum names its only target, and has no weight. */
const isPartialSum = (projection: Projection | PartProjection): boolean => "weightless" in projection && projection.weightless;

/** A memory that is too small for a neuron's weights cuts its fan-in. */
const wholeRows: Rule<Candidate> = ({ placement, experiment, model, samples }) => {
  if (placement.topology.projections.every((projection) => !("rows" in projection))) return null;
  const { chip, precision } = experiment;
  const fixes = wholeFanIn(chip, precision, heldBy(chip, precision, modelTopology(experiment, model, samples)));
  return {
    key: fixes[0]?.key ?? "tile.core.synapse_memory.size_kib",
    reason: "the fan-in is cut into partial sums, which the library does not add",
    change: fixText(fixes),
  };
};

const CELLS: readonly CellKernel[] = ["lif", "rec", "alif"];
const CELL_CHANGE = "name a model of lif, alif, rec-v1 or rec-v2";

const candidateRules: readonly Rule<Candidate>[] = [
  ({ model }) =>
    byKind<Obstacle | null>(model, {
      own: ({ system }) =>
        byStep<Obstacle | null>(system, {
          kernel: (kernel) =>
            CELLS.includes(kernel) ? null : { key: "network.model", reason: `the library has no cell ${system}`, change: CELL_CHANGE },
          plugin: ({ by }) => ({
            key: "network.model",
            reason: `the cell ${system} is of the plug-in ${by.name}, whose step is a program and no circuit`,
            change: CELL_CHANGE,
          }),
        }),
      nir: () => null,
    }),
  importable,
  ({ experiment }) =>
    experiment.precision.leak !== "truncate"
      ? null
      : {
          key: "precision.leak",
          reason: "the library rounds the products of leaks to nearest",
          change: "set precision.leak: multiplier",
        },
  ({ experiment }) =>
    experiment.precision.weightBits > 1
      ? null
      : {
          key: "precision.weight_bits",
          reason: "the library multiplies signed words, and one bit is a sign or a synapse",
          change: "set precision.weight_bits: 2",
        },
  ({ experiment }) =>
    Object.keys(experiment.precision.layers).length === 0
      ? null
      : { key: "precision.layers", reason: "the library has one width of weights", change: "leave it out" },
  ({ model, placement }) =>
    byKind(model, { own: () => placement.topology.projections.every((one) => one.sparse === null || isPartialSum(one)), nir: () => true })
      ? null
      : {
          key: "chip.weight_format",
          reason: "the library holds matrices of networks that are trained here dense",
          change: "set chip.weight_format: dense",
        },
  ({ experiment }) =>
    isHardTick(experiment.chip.tick)
      ? { key: "tick.overrun", reason: "the library begins no step before the last one is over", change: "set tick.overrun: wait" }
      : null,
  ({ experiment }) =>
    experiment.chip.sourcePace === null
      ? null
      : { key: "barrier.scope", reason: "the library ends steps by a barrier of the whole chip", change: "set barrier.scope: chip" },
  ({ placement }) =>
    placement.topology.projections.every(({ coding }) => coding === undefined)
      ? null
      : { key: "chip.weight_format", reason: "the library decodes no bitmaps or run lengths", change: "set chip.weight_format: auto" },
  ({ placement }) =>
    placement.spilled.length + placement.spilledStates.length === 0
      ? null
      : { key: "spill.to", reason: "the library has no port to DRAM", change: "set spill.to: none, and memories that hold the network" },
  ({ experiment }) =>
    (experiment.chip.spill?.prefetchBits ?? 0) === 0
      ? null
      : { key: "spill.prefetch_bits", reason: "the library has no buffer for rows from DRAM", change: "set spill.prefetch_bits: 0" },
  wholeRows,
];

const coreRules: readonly Rule<Placed>[] = [
  ({ placement, program }) => {
    const { populations } = placement.topology;
    const inOrder = placement.usedCores.every((id) =>
      program.somaSlices[id].every(
        ({ slice }, i, all) => i === 0 || populations[all[i - 1].slice.population].depth <= populations[slice.population].depth,
      ),
    );
    return inOrder
      ? null
      : {
          key: "mapping.manual",
          reason: "the soma takes the slices of a core in the order of their depths",
          change: "place them in that order",
        };
  },
  ({ core }) =>
    core.neuronUpdate.policy === "dense"
      ? null
      : {
          key: "tile.core.neuron_update.policy",
          reason: "the library updates all neurons of a slice",
          change: "set tile.core.neuron_update.policy: dense",
        },
  ({ core }) =>
    core.intake.full !== "drop"
      ? null
      : {
          key: "tile.core.input_queue.full",
          reason: "the library's queue loses no message",
          change: "set tile.core.input_queue.full: stall",
        },
  ({ core }) =>
    core.scan.policy !== "event" || core.eventOverheadCycles >= 1
      ? null
      : {
          key: "tile.core.event_overhead_cycles",
          reason: "the row's address takes a cycle",
          change: "set tile.core.event_overhead_cycles: 1",
        },
  ({ core }) =>
    core.scan.policy !== "compressed" || core.scan.cyclesPerChunk >= 1
      ? null
      : {
          key: "tile.core.scan.cycles_per_chunk",
          reason: "a chunk takes a cycle to load",
          change: "set tile.core.scan.cycles_per_chunk: 1",
        },
  ({ core }) =>
    core.scan.policy !== "compressed" || core.scan.cyclesPerSetBit >= 1
      ? null
      : {
          key: "tile.core.scan.cycles_per_set_bit",
          reason: "the row's address takes a cycle",
          change: "set tile.core.scan.cycles_per_set_bit: 1",
        },
  ...memoryRules,
];

/** All obstacles; empty: the point can be emitted. */
export function obstaclesOf(candidate: Candidate): readonly Obstacle[] {
  const found = [...newKeys(candidate), ...candidateRules.flatMap((rule) => rule(candidate) ?? [])];
  if (found.length > 0) return found;
  const { chip, precision } = candidate.experiment;
  const core = chip.cores[candidate.placement.usedCores[0]];
  const program = buildProgram(chip, candidate.placement, precision);
  const network = cellsIn(candidate.experiment, candidate.model, candidate.samples);
  const rules = [
    ...coreRules,
    ...(network.routedBits === 0 ? [] : rowRules),
    ...(hasNetwork(chip, candidate.placement) ? networkRules : []),
  ];
  return rules.flatMap((rule) => rule({ ...candidate, core, program, network }) ?? []);
}

/** @throws InputError with all obstacles; `place`: the point as the user named it */
export function checkEmittable(candidate: Candidate, place: string): void {
  const found = obstaclesOf(candidate);
  if (found.length === 0) return;
  throw new InputError(
    found.map(({ key, reason, change }) => ({
      file: place,
      line: null,
      column: null,
      path: key,
      message: `cannot be SystemVerilog: ${reason}`,
      fix: change,
    })),
  );
}
