/** Checks a description without a run: resolved chip, capacity, area, size of the search, estimated time. Effects: reads files, prints. */

import {
  areaOf,
  byKind,
  type Chip,
  type Core,
  type Experiment,
  feedsBack,
  gridOf,
  isHardTick,
  type Memory,
  type ModelNetwork,
  type ParsedArch,
  type Samples,
  type SweepSpec,
  type Topology,
  topologyOf,
} from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { bitsInDram, mapNetwork, stateBitsInDram } from "../sim/mapping/index.js";
import { leastBarrier } from "../sim/program/index.js";
import { Space } from "../sweeps/index.js";
import { ASSUMED_DENSITY, type Effort, expectedEffort, type Search } from "./expected-effort.js";
import { bytes, duration, grouped, percent, significant } from "./format/number.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { loadModel, parseSets, samplesFor, warnOfSamples, withSets } from "./load.js";
import { print, printJson } from "./print.js";

/** What becomes of work that is not over at a tick. */
const OVERRUNS = {
  wait: "an overrun is waited for",
  refuse: "an overrun is refused",
  late: "what is left counts to the next step",
  drop: "what is left is lost",
} as const;

export async function checkDescription(parsed: ParsedArch, sets: readonly string[], json: boolean): Promise<void> {
  const { file } = parsed;
  const changes = parseSets(sets);
  const experiment = withSets(parsed, changes);
  const model = await loadModel(experiment, file);
  const data = await samplesFor(model, experiment, file);
  warnOfSamples(experiment, data);
  const topology = await topologyFor(experiment, model.network, data);
  const area = areaOf(experiment.chip, experiment.precision);
  const search = parsed.sweep === null ? null : searchOf(parsed.sweep, file);
  // The mapping throws what does not fit; a description with a search is still worth a report then.
  let infeasible: InfeasibleError | null = null;
  let neuronsOfCore: readonly number[] = [];
  let spilledBits = 0;
  let spilledStateBits = 0;
  let leastBarrierCycles = 0;
  try {
    const placement = mapNetwork(topology, experiment.chip, experiment.precision, experiment.mapping, null);
    neuronsOfCore = experiment.chip.cores.map((core) =>
      placement.slices.filter((slice) => slice.core === core.id).reduce((sum, slice) => sum + slice.neurons, 0),
    );
    spilledBits = bitsInDram(placement, experiment.chip, experiment.precision);
    spilledStateBits = stateBitsInDram(placement, experiment.chip, experiment.precision);
    const usedCores = placement.usedCores.map((id) => experiment.chip.cores[id]);
    leastBarrierCycles = leastBarrier(usedCores, placement.topology, experiment.precision);
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    infeasible = error;
  }
  const effort = infeasible === null ? await expectedEffort(parsed, changes, { experiment, topology, model, data, search }) : null;
  if (json) {
    const { message, code } = infeasible ?? { message: null, code: null };
    printJson(
      {
        file,
        document: parsed.document,
        areaMm2: area.totalMm2,
        neuronsOfCore,
        spilledBits,
        spilledStateBits,
        leastBarrierCycles,
        infeasible: code === null ? null : { code, message },
        search,
        estimate: effort,
      },
      2,
    );
  } else {
    const look = lookOf(process.stdout, process.env);
    const population = topology.populations.map((p) => `${p.name} ${p.neurons}`).join(", ");
    print([
      ...chipLines(look, experiment.chip, experiment),
      "",
      `model ${model.path}: ${population}`,
      infeasible === null
        ? `${capacityLine(experiment.chip, neuronsOfCore)}${spilledBits === 0 ? "" : `; ${significant(spilledBits / 8192, 4)} KiB of weights in DRAM`}${spilledStateBits === 0 ? "" : `; ${significant(spilledStateBits / 8192, 4)} KiB of states in DRAM`}`
        : paint(look, "the point as written does not fit, see below", "yellow"),
      ...barrierLines(experiment.chip, neuronsOfCore, leastBarrierCycles),
      `area ${significant(area.totalMm2, 4)} mm2`,
      ...(parsed.sweep === null || search === null ? ["no sweep section"] : ["", ...sweepLines(look, parsed.sweep, search)]),
      ...(effort === null ? [] : [timeLine(effort, search), `memory about ${bytes(effort.memoryBytes)} at its peak`]),
    ]);
  }
  if (infeasible !== null) throw infeasible;
  if (!json) print(["", "ok"]);
}

/** As `modelTopology`; the reader of NIR networks, larger than all that a check needs else, is loaded for one only. */
function topologyFor(experiment: Experiment, network: ModelNetwork, data: Samples): Promise<Topology> {
  return byKind(network, {
    own: async (own) => topologyOf(own, experiment.precision),
    nir: async (nir) => {
      const { modelTopology } = await import("../sim/index.js");
      return modelTopology(experiment, nir, data);
    },
  });
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

/** Says so where the description's barrier is too short. */
function barrierLines({ barrier, tick }: Chip, neuronsOfCore: readonly number[], least: number): readonly string[] {
  const cycles = barrier.baseCycles + barrier.perCoreCycles * neuronsOfCore.filter((count) => count > 0).length;
  if (tick !== null || cycles >= least) return [];
  return [
    `barrier of ${cycles} cycles is padded to ${least}: the wave's last words have to be written, and all cores to know that all rest`,
  ];
}

function capacityLine(chip: Chip, neuronsOfCore: readonly number[]): string {
  const used = neuronsOfCore.filter((count) => count > 0);
  const room = chip.cores.reduce((sum, core) => sum + core.maxNeurons, 0);
  const placed = used.reduce((sum, count) => sum + count, 0);
  return `fits: ${placed} neurons on ${used.length} of ${chip.cores.length} cores, ${percent(placed / room)} of their room (${neuronsOfCore.join(" ")})`;
}

function timeLine({ seconds, workers, replays, ...of }: Effort, search: Search | null): string {
  const shared =
    search === null || replays >= search.points ? "" : `, of which ${grouped(search.points)} points need about ${grouped(replays)}`;
  const parts = `${significant(of.pointSeconds, 2)} s a point${shared}, ${significant(of.functionalSeconds, 2)} s a precision (${of.precisions})`;
  const assumed = of.activity === "assumed" ? `, if ${percent(ASSUMED_DENSITY)} of the neurons spike a step` : "";
  return `time  about ${duration(seconds)} with ${workers} workers: ${parts}${assumed}`;
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
