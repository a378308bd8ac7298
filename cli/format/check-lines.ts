/** A checked description as text: resolved chip, capacity, area, size of the search, estimated time. Pure. */
import type { Check, ChipCheck, CoupledCheck } from "../../app/check.js";
import {
  ASSUMED_DENSITY,
  type Chip,
  type Core,
  type Dies,
  domainText,
  type Effort,
  type Experiment,
  feedsBack,
  gridOf,
  isHardTick,
  type Memory,
  ownWeightBits,
  type SearchSize,
  type SweepSpec,
} from "../../app/nouns.js";
import { roundedDown } from "../../base/rounded-down.js";
import { coupledHeadLines, limitLines, parameterLines } from "./coupled-lines.js";
import { fpgaLines } from "./fpga-lines.js";
import { bytes, counted, duration, grouped, percent, significant } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/** What happens to work that is not finished at a tick. */
const OVERRUNS = {
  wait: "waits for late cores",
  refuse: "refuses a run with late cores",
  late: "late work counts to the next step",
  drop: "late work is lost",
} as const;

const NO_ESTIMATE = "no estimate of time and memory: spread evenly, as the analytical model places it, the network does not fit";
const GUESSED = "placed as if each neuron spiked in one step of ten; a run places by its own spikes";

/** All that `check` found, for the terminal. */
export function checkLines(look: Look, check: Check): readonly string[] {
  return check.kind === "board" ? chipCheckLines(look, check) : coupledCheckLines(look, check);
}

function chipCheckLines(look: Look, check: ChipCheck): readonly string[] {
  const { experiment, model, neuronsOfCore, leastBarrierCycles, spilledBits, spilledStateBits, sweep, search, estimate } = check;
  const population = model.populations.map((p) => `${p.name} ${p.neurons}`).join(", ");
  const inDram = (bits: number, what: string): string => (bits === 0 ? "" : `; ${significant(bits / 8192, 4)} KiB of ${what} in DRAM`);
  return [
    ...chipLines(look, experiment.chip, experiment, check.dieLinks),
    "",
    `model ${model.path}: ${population}`,
    check.infeasible === null
      ? neuronsOfCore.length === 0
        ? paint(look, "whether the point as written fits depends on the trained network, see above", "yellow")
        : `${capacityLine(experiment.chip, neuronsOfCore, check.summingNeurons)}${inDram(spilledBits, "weights")}${inDram(spilledStateBits, "states")}`
      : paint(look, `the point as written does not fit, see below${estimate === null ? "" : "; some points of the search do"}`, "yellow"),
    ...(check.infeasible === null && check.isPlacedByGuess ? [GUESSED] : []),
    ...barrierLines(experiment.chip, neuronsOfCore, leastBarrierCycles),
    ...(check.areaMm2 === null ? [] : [`area ${significant(check.areaMm2, 4)} mm2`]),
    ...clockLine(check.highestClocks),
    ...(check.fpga === null ? [] : fpgaLines(look, check.fpga)),
    ...weightLines(check.heldWeights),
    ...check.cheaperKinds.map(kindLine),
    ...searchLines(look, sweep, search),
    ...(check.learning === null ? [] : [learningLine(check.learning, estimate?.workers ?? 1)]),
    ...(estimate === null
      ? check.infeasible === null || search !== null
        ? [NO_ESTIMATE]
        : []
      : [timeLine(estimate, search), `memory about ${bytes(estimate.memoryBytes)} at its peak`]),
  ];
}

/** The block that limits the clock, and the slowest memory beside logic, or logic beside memories. */
function clockLine(all: ChipCheck["highestClocks"]): readonly string[] {
  const isMemory = ({ block }: { readonly block: string }): boolean => block.includes("memory");
  const [first] = all;
  if (first === undefined) return [];
  const clockOf = ({ block, mhz }: (typeof all)[number]): string => `${roundedDown(mhz, 4)} MHz (${block})`;
  const other = all.find((one) => isMemory(one) !== isMemory(first));
  const beside = other === undefined ? "" : `; ${isMemory(other) ? "memories" : "logic"} ${clockOf(other)}`;
  return [`highest clock ${clockOf(first)}${beside}`];
}

/** How the synapse memories store matrices with zeros or shared rows, and how many bytes that saves. */
function weightLines(all: ChipCheck["heldWeights"]): readonly string[] {
  return all.map(({ source, target, format, bits, shared, others }) => {
    const beside = others.map((other) => `${other.format} ${bytes(other.bits / 8)}`).join(", ");
    const rows = shared === null ? "" : `, ${shared.rows} rows for ${shared.sources} neurons`;
    return `weights ${source} -> ${target}: ${format}, ${bytes(bits / 8)}${rows}${beside === "" ? "" : ` (${beside})`}`;
  });
}

/** A memory that another kind would make smaller. */
function kindLine({ memory, sizeBits, kind, instead, ...relative }: ChipCheck["cheaperKinds"][number]): string {
  const [area, read, write] = [relative.area, relative.read, relative.write].map((ratio) => `${significant(ratio, 2)} x`);
  return `${memory} of ${significant(sizeBits / 8192, 4)} KiB as ${instead} instead of ${kind}: ${area} the area, ${read} per read, ${write} per write`;
}

/** Warns if the description's barrier is too short. */
function barrierLines({ barrier, tick, sourcePace }: Chip, neuronsOfCore: readonly number[], least: number): readonly string[] {
  const cycles = barrier.baseCycles + barrier.perCoreCycles * neuronsOfCore.filter((count) => count > 0).length;
  if (tick !== null || sourcePace !== null || cycles >= least) return [];
  return [
    `barrier of ${cycles} cycles is padded to ${least}: the wave's last words must be written, and all cores must learn that all are idle`,
  ];
}

function coupledCheckLines(look: Look, check: CoupledCheck): readonly string[] {
  const { experiment, document, metrics, sweep, search, estimate, caseFiles } = check;
  const { seconds, workers, pointSeconds } = estimate;
  const unknown = (sweep?.objectives ?? []).filter(({ metric }) => metrics[metric as keyof typeof metrics] === null);
  return [
    ...coupledHeadLines(look, experiment, caseFiles),
    "",
    ...parameterLines(look, document),
    "",
    `latency ${significant(metrics.latency_cycles)} cycles, ${significant(metrics.events_processed)} events, ${significant(metrics.events_dropped)} dropped, ${significant(metrics.spikes_fired)} spikes as written`,
    ...searchLines(look, sweep, search),
    ...limitLines(look, experiment, caseFiles, metrics.latency_cycles),
    ...unknown.map(({ metric }) =>
      paint(look, `warning: ${metric} is unknown for the point as written, so it may reach no front`, "yellow"),
    ),
    `time  about ${duration(seconds)} with ${counted(workers, "worker")} and start-up: ${significant(pointSeconds, 2)} s per point`,
  ];
}

/** Where the network's input neurons are. */
function inputsText({ port }: Chip): string {
  if (port === null) return "on cores, with neuron slots and states";
  const { tile, bitsPerCycle, latencyCycles, queueDepth } = port;
  const link = `${significant(bitsPerCycle, 4)} bits per cycle, ${latencyCycles} cycles, queue of ${queueDepth} packets`;
  return `behind a port at tile ${tile}, off the chip: ${link} (inputs.at: cores puts them on cores)`;
}

/** What ends a step. */
function paceRow({ sourcePace, tick, barrier }: Chip): readonly [string, string] {
  if (sourcePace !== null) {
    const { runAheadWaves: ahead } = sourcePace;
    const buffers = `${ahead} more ${ahead === 1 ? "buffer" : "buffers"} of accumulators`;
    return ["steps", `begin behind their sources, told by packets; cores run ahead by ${ahead}, with ${buffers}`];
  }
  if (tick === null) return ["barrier", `${barrier.baseCycles} cycles + ${barrier.perCoreCycles} per used core`];
  return [
    isHardTick(tick) && tick.spreadCycles > 0 ? "local timers" : "global tick",
    `every ${tick.periodCycles} cycles; ${OVERRUNS[tick.overrun]}`,
  ];
}

function diesText({ columns, rows, bitsPerCycle, latencyCycles }: Dies, flow: ChipCheck["dieLinks"]): string {
  const dies = `${columns} x ${rows}`;
  if (flow === null) return `${dies}, no link between them`;
  const each = `${significant(bitsPerCycle, 4)} bits per cycle, ${latencyCycles} cycles`;
  return `${dies}, ${flow.links} links between them, each way: ${each}, at most ${significant(flow.flitsPerCycle, 3)} flits per cycle, bound by ${flow.boundBy}`;
}

const prefetchText = (bits: number): string => (bits === 0 ? "" : `, ${bits} bits of each core for rows of waiting spikes`);

function chipLines(look: Look, chip: Chip, experiment: Experiment, dieLinks: ChipCheck["dieLinks"]): readonly string[] {
  const { technology: t, noc } = chip;
  const { precision: p } = experiment;
  const memory = (m: Memory): string =>
    `${significant(m.sizeBits / 8192, 4)} KiB, ${m.wordBits}-bit words, ${counted(m.banks, "bank")}, ${m.ports}, ${counted(m.readLatencyCycles, "cycle")} to read${m.kind === "sram" ? "" : `, ${m.kind}`}${m.own === null ? "" : `; ${m.own.source}`}`;
  const kinds = new Map<string, { readonly core: Core; count: number }>();
  for (const core of chip.cores) {
    const key = JSON.stringify({ ...core, id: 0, tile: 0 });
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { core, count: 1 });
    else kind.count += 1;
  }
  const rows: (readonly [string, string])[] = [
    [
      "technology",
      chip.fpga !== null
        ? `FPGA ${chip.fpga}, ${t.clockMhz} MHz, idle ${t.idle}`
        : `${t.nodeNm} nm, ${t.sramCell} cells, ${t.voltageV} V, ${t.temperatureK} K, ${t.clockMhz} MHz, idle ${t.idle}`,
    ],
    [
      "network on chip",
      `${gridOf(chip)}, ${noc.routing}, ${noc.flitWidthBits}-bit flits, ${noc.virtualChannels} VCs of ${noc.vcBufferFlits} flits, link ${noc.linkCycles} cycles, ${noc.multicast}`,
    ],
    ...(chip.noc.dies === null ? [] : [["dies", diesText(chip.noc.dies, dieLinks)] as const]),
    ["inputs", inputsText(chip)],
    ...(chip.spill === null
      ? []
      : [
          [
            "DRAM",
            `${significant(chip.spill.bitsPerCycle, 4)} bits per cycle, ${chip.spill.latencyCycles} cycles, bursts of ${chip.spill.burstBits} bits${prefetchText(chip.spill.prefetchBits ?? 0)}: weights and states that do not fit`,
          ] as const,
        ]),
    paceRow(chip),
    ...(feedsBack(chip) ? [["function", "with the chip's time, message by message: accuracy is of the chip"] as const] : []),
    [
      "precision",
      `weights ${p.weightBits}${ownWeightBits(p)
        .map(([name, bits]) => `, into ${name} ${bits}`)
        .join(
          "",
        )}, state ${p.stateBits} (fraction ${p.stateFractionBits}), accumulator ${p.accumulatorBits} bits, ${p.accumulatorOverflow}`,
    ],
  ];
  for (const { core, count } of kinds.values()) {
    rows.push(
      [
        "cores",
        `${count} with ${counted(core.maxNeurons, "neuron")}, ${counted(core.lanes, "lane")}, ${core.scan.policy === "event" ? "" : `${core.scan.policy} scan, `}queues of ${core.inputQueue.depth} in${core.intake.full === "stall" ? "" : `, if full ${core.intake.full}`}, ${core.outputQueue.depth} out`,
      ],
      ["  synapse memory", memory(core.synapseMemory)],
      ["  state memory", memory(core.stateMemory)],
      [
        "  neuron update",
        `${core.neuronUpdate.policy}, ${counted(core.neuronUpdate.units, "unit")}, ${counted(core.neuronUpdate.cyclesPerNeuron, "cycle")} per neuron`,
      ],
    );
  }
  return [paint(look, chip.name, "bold"), ...rows.map(([name, text]) => `  ${name.padEnd(18)}${text}`)];
}

function capacityLine(chip: Chip, neuronsOfCore: readonly number[], summing: number): string {
  const used = chip.cores.filter((_, core) => neuronsOfCore[core] > 0);
  const room = used.reduce((sum, core) => sum + core.maxNeurons, 0);
  const placed = neuronsOfCore.reduce((sum, count) => sum + count, 0);
  return `fits: ${neuronsText(placed - summing, summing)} on ${used.length} of ${chip.cores.length} cores, ${percent(placed / room)} of their room (${countsText(neuronsOfCore)})`;
}

/** `summing`: those that only hold a part of another neuron's sum. */
export const neuronsText = (neurons: number, summing: number): string =>
  `${grouped(neurons)} neurons${summing === 0 ? "" : ` and ${grouped(summing)} parts of their sums`}`;

/** Counts above this many are written by runs of equal ones. */
const SINGLE_COUNTS = 16;

/** `17 17 9`, or of many cores `48 10 126 x 0`. */
function countsText(counts: readonly number[]): string {
  if (counts.length <= SINGLE_COUNTS) return counts.join(" ");
  const starts = counts.flatMap((count, core) => (core > 0 && counts[core - 1] === count ? [] : [core]));
  return starts
    .map((start, i) => {
      const run = (starts[i + 1] ?? counts.length) - start;
      return run === 1 ? String(counts[start]) : `${run} x ${counts[start]}`;
    })
    .join(" ");
}

function learningLine({ networks, seconds }: NonNullable<ChipCheck["learning"]>, workers: number): string {
  const busy = Math.min(workers, networks);
  const first = `networks ${grouped(networks)} at most, trained in about ${duration(seconds / busy)} with ${counted(busy, "worker")}`;
  return networks === 1 ? `network trained in about ${duration(seconds)}` : first;
}

function timeLine({ seconds, workers, replays, ...of }: Effort, search: SearchSize | null): string {
  const shared =
    search === null || replays >= search.points ? "" : `, of which ${grouped(search.points)} points need about ${grouped(replays)}`;
  const parts = `${significant(of.pointSeconds, 2)} s per point${shared}, ${significant(of.functionalSeconds, 2)} s per precision (${of.precisions})`;
  const assumed = of.activity === "assumed" ? `, if ${percent(ASSUMED_DENSITY)} of the neurons spike per step` : "";
  return `time  about ${duration(seconds)} with ${counted(workers, "worker")} and start-up: ${parts}${assumed}`;
}

function searchLines(look: Look, sweep: SweepSpec | null, search: SearchSize | null): readonly string[] {
  return sweep === null || search === null ? ["no sweep section"] : ["", ...sweepLines(look, sweep, search)];
}

function sweepLines(look: Look, sweep: SweepSpec, search: SearchSize): readonly string[] {
  const isConditional = sweep.parameters.some(({ when }) => when !== null);
  const rows = sweep.parameters.map(({ name, path, domain, when }) => [
    name,
    path,
    domainText(domain),
    ...(isConditional ? [when ?? ""] : []),
  ]);
  const most = search.isCounted ? "" : "at most ";
  const grid = search.gridPoints === null ? "a continuous space" : `a grid of ${most}${grouped(search.gridPoints)}`;
  return [
    ...tableLines(
      look,
      [
        { title: "parameter", align: "left" },
        { title: "path", align: "left" },
        { title: "values", align: "left", least: 30, wraps: true },
        ...(isConditional ? [{ title: "when", align: "left" } as const] : []),
      ],
      rows,
    ),
    "",
    `search ${most}${grouped(search.points)} points of ${grid}, sampler ${sweep.sampler.name}, seed ${sweep.sampler.seed}`,
    `objectives ${sweep.objectives.map((objective) => `${objective.direction} ${objective.metric}`).join(", ")}`,
    ...(sweep.constraints.length === 0 ? [] : [`limits ${sweep.constraints.join(", ")}`]),
  ];
}
