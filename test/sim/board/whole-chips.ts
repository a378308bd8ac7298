/**
 * Random chips of the whole schema by seed: each feature that affects time, alone and in all combinations that the
 * schema allows. `random-chips.ts` draws a part of this; here all features are drawn, and more evenly.
 */
import {
  type Chip,
  type Core,
  type Dies,
  dieLinkCount,
  type Intake,
  isHardTick,
  type Noc,
  nocTopology,
  type Port,
  type Scan,
  type Tick,
} from "../../../arch/index.js";
import { TOPOLOGY_NAMES, type TopologyName } from "../../../arch/topologies/registry.js";
import { createRng } from "../../../base/rng.js";
import { cutByFanIn } from "./agreement.js";
import { chip as chipOf, core, randomTrace } from "./fixtures.js";
import { type Case, networkOf } from "./random-chips.js";

type Pick = <Value>(...values: readonly Value[]) => Value;

/** Tiles and the network that joins them. */
function shapeOf(pick: Pick): { readonly cores: readonly number[]; readonly noc: Partial<Noc> } {
  const topology: TopologyName = pick(...TOPOLOGY_NAMES);
  const tree = (arity: number, levels: number) => ({ arity, levels, linkCycles: pick(1, 3), linkLengthMm: 2 });
  const whole = (width: number, height: number): Partial<Noc> => ({ topology, width, height });
  const noc =
    topology === "mesh-tree"
      ? pick(
          { topology, width: 1, height: 1, tree: tree(2, 1) },
          { topology, width: 2, height: 1, tree: tree(2, 1) },
          { topology, width: 1, height: 1, tree: tree(2, 2) },
          { topology, width: 2, height: 2, tree: tree(3, 1) },
        )
      : pick(whole(1, 1), whole(2, 1), whole(3, 1), whole(2, 2), whole(3, 2), whole(4, 1), whole(3, 3));
  const meshes = topology === "mesh-tree" ? { 1: noc.tree?.arity ?? 1, 2: 4 }[noc.tree?.levels === 2 ? 2 : 1] : 1;
  const tiles = (noc.width as number) * (noc.height as number) * meshes;
  const cores = Array.from({ length: tiles }, () => pick(0, 1, 1, 2, 3));
  return { cores: cores.some((count) => count > 0) ? cores : cores.with(0, 1), noc };
}

function nocOf(pick: Pick): ReturnType<typeof shapeOf> {
  const { cores, noc } = shapeOf(pick);
  const wraps = noc.topology === "ring" || noc.topology === "torus";
  return {
    cores,
    noc: {
      ...noc,
      routing: noc.topology === "mesh" ? pick("xy", "yx", "odd-even", "odd-even") : pick("xy", "yx"),
      flitWidthBits: pick(8, 16, 32),
      // a ring with one VC can deadlock
      virtualChannels: wraps ? pick(2, 3, 4) : pick(1, 1, 2, 3),
      vcBufferFlits: pick(4, 5, 16),
      allocator: pick("islip", "separable-input-first"),
      routingDelayCycles: pick(0, 1, 1, 2),
      vcAllocationDelayCycles: pick(1, 1, 1, 2),
      switchTraversalDelayCycles: pick(1, 1, 2),
      creditDelayCycles: pick(1, 2),
      linkCycles: pick(1, 1, 3),
      multicast: pick("unicast", "tree"),
    },
  };
}

function intakeOf(pick: Pick): Intake {
  return {
    full: pick("stall", "stall", "drop", "freeze"),
    visibilityCycles: pick(1, 1, 2, 5),
    fullJudged: pick("before-pop", "after-pop"),
  };
}

function scanOf(pick: Pick): Scan {
  return pick<Scan>(
    core.scan,
    core.scan,
    { policy: "compressed", chunkBits: pick(4, 100), cyclesPerChunk: pick(1, 2), cyclesPerSetBit: pick(1, 3) },
    { policy: "dense", chunkBits: 64, cyclesPerChunk: 1, cyclesPerSetBit: 1 },
  );
}

function tickOf(pick: Pick): Tick | null {
  return pick<Tick | null>(
    null,
    null,
    { periodCycles: pick(1, 37, 500), overrun: "wait" },
    { periodCycles: pick(1, 20, 120, 400), overrun: "late", spreadCycles: pick(0, 7, 60, 300) },
    { periodCycles: pick(1, 20, 120, 400), overrun: "drop", spreadCycles: pick(0, 7, 60, 300) },
  );
}

/** A third of the chips have a port; it has a separate draw, so the rest of a chip does not depend on it. */
function portFor(seed: number, { coresPerTile }: Chip): Port | null {
  const rng = createRng(seed, "port");
  const pick: Pick = (...values) => values[rng.int(0, values.length - 1)];
  if (rng.int(0, 2) > 0) return null;
  return {
    tile: rng.int(0, coresPerTile.length - 1),
    bitsPerCycle: pick(1.7, 12, 100),
    latencyCycles: pick(0, 0, 9, 130),
    packetBits: pick(null, null, 1, 40),
    queueDepth: pick(1, 2, 16),
  };
}

/** Two thirds of the chips with DRAM prefetch rows; they have a separate draw. */
function prefetchFor(seed: number, { spill }: Chip): Chip["spill"] {
  const rng = createRng(seed, "prefetch");
  const pick: Pick = (...values) => values[rng.int(0, values.length - 1)];
  if (spill === null || pick(true, false, false)) return spill;
  return { ...spill, prefetchBits: pick(spill.burstBits, 2 * spill.burstBits + 5, 3 * spill.burstBits, 2 ** 12, 2 ** 20) };
}

/** Half of the chips with rows or columns to divide have several dies; they have a separate draw. */
function diesFor(seed: number, { noc }: Chip): Dies | null {
  const rng = createRng(seed, "dies");
  const pick: Pick = (...values) => values[rng.int(0, values.length - 1)];
  const topology = nocTopology(noc);
  if (topology.along === null || pick(true, false)) return null;
  const [columns, rows] = topology.grid(noc);
  const parts = (places: number): number => pick(...[1, 2, 3, 4].filter((count) => places % count === 0));
  return { columns: parts(columns), rows: parts(rows), bitsPerCycle: pick(1.7, 6, 100), latencyCycles: pick(1, 4, 23) };
}

function coreOf(pick: Pick): Partial<Core> {
  return {
    lanes: pick(1, 2, 3, 4, 8, 16),
    eventOverheadCycles: pick(1, 2, 3),
    scan: scanOf(pick),
    accumulateDepthCycles: pick(1, 3),
    synapseMemory: {
      ...core.synapseMemory,
      sizeBits: pick(512, 2048, 2 ** 24, 2 ** 24),
      wordBits: pick(8, 16, 32, 64),
      banks: pick(1, 2),
      readLatencyCycles: pick(1, 3),
      refetch: pick("row", "row", "group"),
      rereadsInStalls: pick(false, false, true),
    },
    stateMemory: {
      kind: "sram",
      own: null,
      sizeBits: 2 ** 20,
      wordBits: pick(8, 16, 32, 64, 128),
      banks: pick(1, 2, 3, 4),
      ports: pick("1rw", "1r1w"),
      readLatencyCycles: pick(1, 2),
      refetch: pick("row", "row", "group"),
      rereadsInStalls: pick(false, false, true),
    },
    inputQueue: { depth: pick(1, 2, 4, 16) },
    intake: intakeOf(pick),
    outputQueue: { depth: pick(1, 2, 4, 16) },
    neuronUpdate: {
      policy: pick("dense", "touched"),
      units: pick(1, 2, 3),
      cyclesPerNeuron: pick(1, 2, 5),
      pipelineDepthCycles: pick(1, 4),
    },
  };
}

/** Properties in which the cores of one chip may differ: all but their number of neurons. */
function unlike(on: Chip, pick: Pick): Chip {
  const cores = on.cores.map((one) => {
    const { scan, intake, ...other } = coreOf(pick);
    return pick(one, {
      ...one,
      ...other,
      synapseMemory: one.synapseMemory,
      scan: pick(one.scan, scan ?? one.scan),
      intake: pick(one.intake, intake ?? one.intake),
    });
  });
  return { ...on, cores };
}

function chipFor(pick: Pick): { readonly chip: Chip; readonly statesAway: boolean } {
  const { cores, noc } = nocOf(pick);
  const common = coreOf(pick);
  const dram = { bitsPerCycle: pick(1.7, 3.3, 64), latencyCycles: pick(5, 40), burstBits: pick(16, 64, 256) };
  const statesAway = pick(true, false, false);
  const streamsRows = dram.burstBits === 64 && (common.scan as Core["scan"]).policy === "event";
  const spill = statesAway || (common.synapseMemory as Core["synapseMemory"]).sizeBits < 2 ** 24 ? { ...dram, streamsRows } : null;
  const tick = tickOf(pick);
  const made = chipOf(cores, { core: common, noc, barrier: { baseCycles: pick(0, 3), perCoreCycles: pick(0, 1) }, tick, spill });
  const whole = pick(made, made, unlike(made, pick));
  // a step without an end has no scan
  const scanned = isHardTick(tick) ? whole.cores.map((one) => ({ ...one, scan: core.scan })) : whole.cores;
  return { chip: { ...whole, cores: scanned }, statesAway };
}

/** The same case on several dies, if they are drawn. */
export function onDies(drawn: Case): Case {
  const dies = diesFor(drawn.seed, drawn.chip);
  if (dies === null) return drawn;
  const chip = { ...drawn.chip, noc: { ...drawn.chip.noc, dies } };
  return { ...drawn, chip, choices: [...drawn.choices, ...(dieLinkCount(chip) > 0 ? ["several dies"] : [])] };
}

export function wholeCase(seed: number): Case {
  const rng = createRng(seed, "whole chip");
  const pick: Pick = (...values) => values[rng.int(0, values.length - 1)];
  const { chip: closed, statesAway } = chipFor(pick);
  const chip = { ...closed, port: portFor(seed, closed), spill: prefetchFor(seed, closed) };
  const topology = networkOf(rng.int(0, 59), seed);
  const rate = pick(0.1, 0.4, 0.9);
  const trace = randomTrace(topology, [3, 2], [rate, rate, rate, 0.3], seed);
  const drawn: Case = { chip, topology, trace, max: pick(2, 3, 4, 100), seed, statesAway, choices: [] };
  const cut = pick(null, null, null, { population: pick(1, 2), parts: pick(2, 3) });
  const made = cut === null ? drawn : cutByFanIn(drawn, cut.population, cut.parts);
  return {
    ...made,
    choices: [...featuresOf(made.chip), ...(statesAway ? ["states in DRAM"] : []), ...(cut === null ? [] : ["partial sums"])],
  };
}

function tickWords({ tick }: Chip): readonly string[] {
  if (tick === null) return ["barrier"];
  if (!isHardTick(tick)) return [`tick ${tick.overrun}`];
  return [`tick ${tick.overrun}`, tick.spreadCycles > 0 ? "local timers" : "global hard tick"];
}

/** Names of features of a chip, or of at least one of its cores. */
export function featuresOf(chip: Chip): readonly string[] {
  const { noc, cores, spill, port } = chip;
  const some = (name: string, has: (core: Core) => boolean): string[] => (cores.some(has) ? [name] : []);
  return [
    `topology ${noc.topology}`,
    `routing ${noc.routing}`,
    `allocator ${noc.allocator}`,
    `multicast ${noc.multicast}`,
    noc.virtualChannels === 1 ? "one VC" : "several VCs",
    ...(noc.routingDelayCycles > 1 || noc.vcAllocationDelayCycles > 1 ? ["slow router stages"] : []),
    ...tickWords(chip),
    ...(spill === null
      ? []
      : ["DRAM", ...(spill.streamsRows === true ? ["streamed rows"] : []), ...((spill.prefetchBits ?? 0) > 0 ? ["prefetch"] : [])]),
    ...(dieLinkCount(chip) > 0 ? ["several dies"] : []),
    ...(port === null ? [] : ["port", ...(port.latencyCycles > 0 ? ["slow port"] : [])]),
    ...(["stall", "drop", "freeze"] as const).flatMap((full) => some(`full queues ${full}`, ({ intake }) => intake.full === full)),
    ...some("full after pop", ({ intake }) => intake.fullJudged === "after-pop"),
    ...some("late visibility", ({ intake }) => intake.visibilityCycles > 1),
    ...(["event", "compressed", "dense"] as const).flatMap((policy) => some(`scan ${policy}`, ({ scan }) => scan.policy === policy)),
    ...some("refetch of weights", ({ synapseMemory }) => synapseMemory.refetch === "group"),
    ...some("refetch of states", ({ stateMemory }) => stateMemory.refetch === "group"),
    ...(["dense", "touched"] as const).flatMap((policy) => some(`updates ${policy}`, ({ neuronUpdate }) => neuronUpdate.policy === policy)),
    ...(["1rw", "1r1w"] as const).flatMap((ports) => some(`states ${ports}`, ({ stateMemory }) => stateMemory.ports === ports)),
    ...(new Set(cores.map(({ id, tile, ...rest }) => JSON.stringify(rest))).size > 1 ? ["unlike cores"] : []),
  ];
}

/** All features that a case can have. */
export const wholeFeatures: readonly string[] = [
  ...TOPOLOGY_NAMES.map((name) => `topology ${name}`),
  ...["xy", "yx", "odd-even"].map((name) => `routing ${name}`),
  ...["islip", "separable-input-first"].map((name) => `allocator ${name}`),
  ...["multicast unicast", "multicast tree", "one VC", "several VCs", "slow router stages"],
  ...["barrier", "tick wait", "tick late", "tick drop", "global hard tick", "local timers"],
  ...["full queues stall", "full queues drop", "full queues freeze", "full after pop", "late visibility"],
  ...["scan event", "scan compressed", "scan dense", "refetch of weights", "refetch of states"],
  ...[
    "updates dense",
    "updates touched",
    "states 1rw",
    "states 1r1w",
    "unlike cores",
    "DRAM",
    "streamed rows",
    "prefetch",
    "several dies",
    "port",
    "slow port",
    "states in DRAM",
    "partial sums",
  ],
];
