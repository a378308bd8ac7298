/** Checks a description without a run: resolved chip, capacity, area, size of the search, estimated time. Effects: reads files, prints. */
import { availableParallelism } from "node:os";
import { createRng } from "../arch/base/rng.js";
import {
  areaOf,
  type Chip,
  type Core,
  type Experiment,
  feedsBack,
  gridOf,
  InfeasibleError,
  InputError,
  isHardTick,
  type Json,
  type Memory,
  type ParsedArch,
  patchDocument,
  type Samples,
  type SweepSpec,
  type Topology,
} from "../arch/index.js";
import {
  bitsInDram,
  type Estimate,
  estimate,
  type ModelNetwork,
  mapNetwork,
  profileOfDensity,
  stateBitsInDram,
  topologyOf,
} from "../sim/index.js";
import { functionalSeconds, pointSeconds, replayBytes, Space, sweepMemoryBytes, traceBytes } from "../sweeps/index.js";
import { recordedDensity } from "../training/index.js";
import { bytes, duration, grouped, percent, significant } from "./format/number.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { type LoadedModel, loadModel, parseSets, samplesFor, withSets } from "./load.js";

/** What becomes of work that is not over at a tick. */
const OVERRUNS = {
  wait: "an overrun is waited for",
  refuse: "an overrun is refused",
  late: "what is left counts to the next step",
  drop: "what is left is lost",
} as const;
/** Points of a search, drawn by seed, whose mean stands for all. */
const DRAWN_POINTS = 16;
/** Share of neurons that spike in a step, where the model's record does not say. */
const ASSUMED_DENSITY = 0.1;

export async function checkDescription(parsed: ParsedArch, sets: readonly string[], json: boolean): Promise<void> {
  const { file } = parsed;
  const changes = await parseSets(sets);
  const experiment = withSets(parsed, changes);
  const model = await loadModel(experiment, file);
  const data = await samplesFor(model, experiment, file);
  const topology = await topologyFor(experiment, model.network, data);
  const area = areaOf(experiment.chip, experiment.precision);
  const search = parsed.sweep === null ? null : searchOf(parsed.sweep, file);
  // The mapping throws what does not fit; a description with a search is still worth a report then.
  let infeasible: InfeasibleError | null = null;
  let neuronsOfCore: readonly number[] = [];
  let spilledBits = 0;
  let spilledStateBits = 0;
  try {
    const placement = mapNetwork(topology, experiment.chip, experiment.precision, experiment.mapping, null);
    neuronsOfCore = experiment.chip.cores.map((core) =>
      placement.slices.filter((slice) => slice.core === core.id).reduce((sum, slice) => sum + slice.neurons, 0),
    );
    spilledBits = bitsInDram(placement, experiment.chip, experiment.precision);
    spilledStateBits = stateBitsInDram(placement, experiment.chip, experiment.precision);
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    infeasible = error;
  }
  const effort = infeasible === null ? estimateOf(experiment, drawn(parsed, experiment, changes), topology, model, data, search) : null;
  if (json) {
    const { message, code } = infeasible ?? { message: null, code: null };
    console.log(
      JSON.stringify(
        {
          file,
          document: parsed.document,
          areaMm2: area.totalMm2,
          neuronsOfCore,
          spilledBits,
          spilledStateBits,
          infeasible: code === null ? null : { code, message },
          search,
          estimate: effort,
        },
        null,
        2,
      ),
    );
  } else {
    const look = lookOf(process.stdout, process.env);
    const population = topology.populations.map((p) => `${p.name} ${p.neurons}`).join(", ");
    console.log(
      [
        ...chipLines(look, experiment.chip, experiment),
        "",
        `model ${model.path}: ${population}`,
        infeasible === null
          ? `${capacityLine(experiment.chip, neuronsOfCore)}${spilledBits === 0 ? "" : `; ${significant(spilledBits / 8192, 4)} KiB of weights in DRAM`}${spilledStateBits === 0 ? "" : `; ${significant(spilledStateBits / 8192, 4)} KiB of states in DRAM`}`
          : paint(look, "the point as written does not fit, see below", "yellow"),
        `area ${significant(area.totalMm2, 4)} mm2`,
        ...(parsed.sweep === null || search === null ? ["no sweep section"] : ["", ...sweepLines(look, parsed.sweep, search)]),
        ...(effort === null
          ? []
          : [
              `time  about ${duration(effort.seconds)} with ${effort.workers} workers: ${significant(effort.pointSeconds, 2)} s a point, ${significant(effort.functionalSeconds, 2)} s a precision (${effort.precisions})${effort.activity === "assumed" ? `, if ${percent(ASSUMED_DENSITY)} of the neurons spike a step` : ""}`,
              `memory about ${bytes(effort.memoryBytes)} at its peak`,
            ]),
      ].join("\n"),
    );
  }
  if (infeasible !== null) throw infeasible;
  if (!json) console.log("\nok");
}

/** As `modelTopology`; the reader of NIR networks, larger than all that a check needs else, is loaded for one only. */
async function topologyFor(experiment: Experiment, network: ModelNetwork, data: Samples): Promise<Topology> {
  if (network.system !== "nir") return topologyOf(network, experiment.precision);
  const { modelTopology } = await import("../sim/index.js");
  return modelTopology(experiment, network, data);
}

function chipLines(look: Look, chip: Chip, experiment: Experiment): readonly string[] {
  const { technology: t, noc } = chip;
  const { precision: p } = experiment;
  const memory = (m: Memory): string =>
    `${significant(m.sizeBits / 8192, 4)} KiB, ${m.wordBits}-bit words, ${m.banks} banks, ${m.ports}, ${m.readLatencyCycles} cycles`;
  const kinds = new Map<string, { readonly core: Core; count: number }>();
  for (const core of chip.cores) {
    const key = JSON.stringify({ ...core, id: 0, tile: 0 });
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { core, count: 1 });
    else kind.count += 1;
  }
  const rows: (readonly [string, string])[] = [
    ["technology", `${t.nodeNm} nm, ${t.sramCell} cells, ${t.voltageV} V, ${t.temperatureK} K, ${t.clockMhz} MHz, idle ${t.idle}`],
    [
      "network on chip",
      `${gridOf(chip)}, ${noc.routing}, ${noc.flitWidthBits}-bit flits, ${noc.virtualChannels} VCs of ${noc.vcBufferFlits} flits, link ${noc.linkCycles} cycles, ${noc.multicast}`,
    ],
    ...(chip.spill === null
      ? []
      : [
          [
            "DRAM",
            `${significant(chip.spill.bitsPerCycle, 4)} bits a cycle, ${chip.spill.latencyCycles} cycles, bursts of ${chip.spill.burstBits} bits: weights and states that do not fit`,
          ] as const,
        ]),
    chip.tick === null
      ? ["barrier", `${chip.barrier.baseCycles} cycles + ${chip.barrier.perCoreCycles} a used core`]
      : [
          isHardTick(chip.tick) && chip.tick.spreadCycles > 0 ? "local timers" : "global tick",
          `every ${chip.tick.periodCycles} cycles; ${OVERRUNS[chip.tick.overrun]}`,
        ],
    ...(feedsBack(chip) ? [["function", "with the chip's time, message by message: accuracy is of the chip"] as const] : []),
    [
      "precision",
      `weights ${p.weightBits}, state ${p.stateBits} (fraction ${p.stateFractionBits}), accumulator ${p.accumulatorBits} bits, ${p.accumulatorOverflow}`,
    ],
  ];
  for (const { core, count } of kinds.values()) {
    rows.push(
      [
        "cores",
        `${count} of: ${core.maxNeurons} neurons, ${core.lanes} lanes, ${core.scan.policy === "event" ? "" : `${core.scan.policy} scan, `}queues ${core.inputQueue.depth} in${core.intake.full === "stall" ? "" : `, full ones ${core.intake.full}`}, ${core.outputQueue.depth} out`,
      ],
      ["  synapse memory", memory(core.synapseMemory)],
      ["  state memory", memory(core.stateMemory)],
      [
        "  neuron update",
        `${core.neuronUpdate.policy}, ${core.neuronUpdate.units} units, a neuron every ${core.neuronUpdate.cyclesPerNeuron} cycles`,
      ],
    );
  }
  return [paint(look, chip.name, "bold"), ...rows.map(([name, text]) => `  ${name.padEnd(18)}${text}`)];
}

function capacityLine(chip: Chip, neuronsOfCore: readonly number[]): string {
  const used = neuronsOfCore.filter((count) => count > 0);
  const room = chip.cores.reduce((sum, core) => sum + core.maxNeurons, 0);
  const placed = used.reduce((sum, count) => sum + count, 0);
  return `fits: ${placed} neurons on ${used.length} of ${chip.cores.length} cores, ${percent(placed / room)} of their room (${neuronsOfCore.join(" ")})`;
}

interface Search {
  /** Distinct points a full grid would have; null: a continuous parameter. */
  readonly gridPoints: number | null;
  /** Points that the sampler will ask for at most. */
  readonly points: number;
  readonly precisions: number;
}

export function searchOf(sweep: SweepSpec, file: string): Search {
  const space = new Space(sweep.parameters, file);
  const gridPoints = space.gridSize;
  const points = gridPoints === null ? sweep.sampler.budget : Math.min(gridPoints, sweep.sampler.budget);
  const precisions = space.dimensions
    .filter((dimension) => /^(precision|workload[.]encoder|network[.]nir)[.]/.test(dimension.parameter.path))
    .reduce((product, dimension) => product * (dimension.levels ?? points), 1);
  return { gridPoints, points, precisions: Math.min(precisions, points) };
}

export function sweepLines(look: Look, sweep: SweepSpec, search: Search): readonly string[] {
  const rows = sweep.parameters.map(({ name, path, domain, when }) => {
    const text =
      domain.kind === "list"
        ? domain.values.join(", ")
        : domain.kind === "derived"
          ? `= ${domain.expression}`
          : `${domain.low} .. ${domain.high}${domain.kind === "range" ? (domain.step === null ? "" : ` step ${domain.step}`) : ` ${domain.kind}`}`;
    return [name, path, text, when ?? ""];
  });
  const grid = search.gridPoints === null ? "a continuous space" : `a grid of ${grouped(search.gridPoints)}`;
  return [
    ...tableLines(
      look,
      [
        { title: "parameter", align: "left" },
        { title: "path", align: "left" },
        { title: "values", align: "left" },
        { title: "when", align: "left" },
      ],
      rows,
    ),
    "",
    `search ${grouped(search.points)} points of ${grid}, sampler ${sweep.sampler.name}, seed ${sweep.sampler.seed}`,
    `goals  ${sweep.objectives.map((objective) => `${objective.direction} ${objective.metric}`).join(", ")}`,
    ...(sweep.constraints.length === 0 ? [] : [`limits ${sweep.constraints.join(", ")}`]),
  ];
}

interface Effort {
  readonly seconds: number;
  readonly workers: number;
  readonly pointSeconds: number;
  readonly functionalSeconds: number;
  readonly precisions: number;
  /** Whether the model's record says how many of its neurons spike. */
  readonly activity: "recorded" | "assumed";
  /** Peak resident set of the sweep, or of the one point. */
  readonly memoryBytes: number;
}

/** The experiment as written, or some of the search's points; null: one that the search refuses. */
function drawn(parsed: ParsedArch, experiment: Experiment, changes: { readonly [path: string]: Json }): readonly (Experiment | null)[] {
  if (parsed.sweep === null) return [experiment];
  const space = new Space(parsed.sweep.parameters, parsed.file);
  const rng = createRng(1, "points whose time is estimated");
  return Array.from({ length: DRAWN_POINTS }, () => {
    const position = Float64Array.from(space.dimensions, () => rng.float());
    try {
      return patchDocument(parsed, { ...space.byPath(space.decode(position)), ...changes });
    } catch (error) {
      if (error instanceof InputError || error instanceof InfeasibleError) return null;
      throw error;
    }
  });
}

/**
 * Time and memory of the search, from the analytical model of some of its points; it says "about". A point that is refused or does not fit takes next to no time.
 * null: no even spread of the network fits any.
 */
function estimateOf(
  { workload }: Experiment,
  points: readonly (Experiment | null)[],
  topology: Topology,
  model: LoadedModel,
  data: Samples,
  search: Search | null,
): Effort | null {
  const utterances = data.frameStart.length - 1;
  const steps = (data.frameStart[utterances] / utterances) * workload.encoding.stepsPerFrame;
  const recorded = recordedDensity(model.record);
  const density = topology.populations.map((_, p) => recorded?.[p] ?? ASSUMED_DENSITY);
  const profile = profileOfDensity(topology, utterances, steps, density);
  const timed = Math.min(workload.timingSamples, utterances);
  const scored = Math.min(workload.samples, utterances);
  const expected = points.flatMap((point) => {
    const one = point === null ? null : estimate(point.chip, point.precision, point.mapping, profile);
    return point === null || one === null ? [] : [{ one, live: feedsBack(point.chip) ? scored : 0 }];
  });
  if (expected.length === 0) return null;
  const mean = (of: (one: Estimate, live: number) => number): number =>
    expected.reduce((sum, { one, live }) => sum + of(one, live), 0) / points.length;
  const perPoint = mean((one, live) => pointSeconds(one, timed, live));
  const perPrecision = functionalSeconds(profile, scored);
  const { points: many, precisions } = search ?? { points: 1, precisions: 1 };
  const workers = availableParallelism();
  return {
    seconds: (many * perPoint + precisions * perPrecision) / workers,
    workers,
    pointSeconds: perPoint,
    functionalSeconds: perPrecision,
    precisions,
    activity: recorded === null ? "assumed" : "recorded",
    memoryBytes: sweepMemoryBytes(
      {
        residentBytes: process.memoryUsage.rss(),
        network: model.network,
        samples: data,
        traceBytes: traceBytes(profile, timed),
        replayBytes: mean((one) => replayBytes(one, profile, timed)),
      },
      { points: many, precisions, workers },
    ),
  };
}
