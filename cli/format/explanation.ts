/** Explains where a point's time and energy go, and what would change that, in sentences with numbers. Pure. */
import {
  type Binding,
  type Bottleneck,
  bottleneckOf,
  CYCLES,
  type Experiment,
  type Explanation,
  type Finisher,
  feedsBack,
  type Result,
  type Share,
} from "../../app/nouns.js";
import { percent, relativeChange, significant, withUnit } from "./number.js";
import { weightsText } from "./precision.js";

export function explanationOf(experiment: Experiment, result: Result, explanation: Explanation): readonly string[] {
  const { precision } = experiment;
  const { accuracy_percent: accuracy, energy_uj_per_inference: energyUj } = result.metrics;
  const { accumulatorOverflows, stateSaturations, utterances } = result.operations;
  const { busiest, link, totalPj, components, groups, fixedShare } = bottleneckOf(experiment.chip, result);
  const harm =
    accumulatorOverflows + stateSaturations === 0
      ? "no overflow and no saturation"
      : `${accumulatorOverflows} accumulator overflows, ${stateSaturations} state saturations`;
  const scored = accuracy === null ? "unknown, because there are no labels," : withUnit(accuracy, "%");
  return [
    ...(busiest === null ? [] : busiestLines(experiment, busiest, explanation)),
    ...(link === null ? [] : [`network on chip: the busiest link is ${link.port} of router ${link.router} with ${linkLoad(link)}.`]),
    ...(energyUj === null
      ? ["energy: unknown, because only the description can price the work of an FPGA (prices.NAME)."]
      : fixedShare === null
        ? ["energy: 0 uJ, because the description prices all of it at 0."]
        : [...energyLines(components, totalPj), `        by kind: ${shares(groups)}.`]),
    ...(fixedShare !== null && fixedShare > 0.4
      ? [`        ${percent(fixedShare)} is leakage and clock${standing(experiment)} spends less.`]
      : []),
    ...(feedsBack(experiment.chip) ? lossesOf(result, explanation) : []),
    `accuracy: ${scored} on ${counted(utterances, "utterance")} at ${weightsText(precision)}, ${precision.stateBits}-bit state; ${harm}.`,
  ];
}

/** How long a chip leaks and is clocked per inference, and what would spend less. */
function standing({ chip, workload }: Experiment): string {
  const { periodMs } = workload;
  if (periodMs === undefined) return ", which grow with time: a faster or smaller chip";
  const { idle } = chip.technology;
  const better = { clocked: ", a lower clock or chip.idle: clock-gated", "clock-gated": " or chip.idle: power-gated", "power-gated": "" }[
    idle
  ];
  return ` in the whole period of ${significant(periodMs)} ms: a smaller chip${better}`;
}

/** Flits on a link; also its busy time, if a flit takes several cycles. */
export function linkLoad({ flitsPerCycle, flitCycles }: NonNullable<Bottleneck["link"]>): string {
  const busy = flitsPerCycle * flitCycles;
  const each = flitCycles === 1 ? "" : ` of ${flitCycles} cycles each, busy ${percent(busy)}`;
  return `${significant(flitsPerCycle, 3)} flits per cycle${each}${busy > 0.6 ? ", near saturation" : ""}`;
}

const shares = (of: readonly Share[]): string => of.map(({ name, share }) => `${name} ${percent(share)}`).join(", ");

const FIRST_LINES = 3;
/** Lines of the breakdown with a smaller share are summed up. */
const SMALL_SHARE = 0.01;

/** The whole energy: the largest lines first, then the rest. */
export function energyLines(components: readonly Share[], totalPj: number): readonly string[] {
  const spent = components.filter(({ share }) => share > 0);
  const [first, others] = [spent.slice(0, FIRST_LINES), spent.slice(FIRST_LINES)];
  const small = others.filter(({ share }) => share < SMALL_SHARE);
  const left = small.reduce((sum, { share }) => sum + share, 0);
  const rest = [
    ...others.filter(({ share }) => share >= SMALL_SHARE),
    ...(small.length === 0 ? [] : [{ name: small.length === 1 ? small[0].name : `${small.length} smaller lines`, share: left }]),
  ];
  return [
    `energy: ${shares(first)} of ${significant(totalPj * 1e-6, 4)} uJ${rest.length === 0 ? "." : ";"}`,
    ...(rest.length === 0 ? [] : [`        the rest: ${shares(rest)}.`]),
  ];
}

/**
 * The busiest core, what limits its work, and what it waits for. What would help is not said here: only the simulated
 * changes know.
 */
function busiestLines(
  { chip }: Experiment,
  { core: id, unit, share, neurons }: NonNullable<Bottleneck["busiest"]>,
  { cores }: Explanation,
): readonly string[] {
  const { lanes, neuronUpdate } = chip.cores[id];
  const of = cores.find(({ core }) => core === id);
  const { units, cyclesPerNeuron, policy } = neuronUpdate;
  const idle = 1 - share;
  // the first core's cycles have lines of their own
  const waits = of === undefined || of === cores[0] ? "" : cyclesText(of, unit, WORKS);
  const busy = `time: core ${id} is the busiest; its ${UNITS[unit]} is busy in ${percent(share)} of the cycles (${neurons} neurons).`;
  if (chip.tick !== null && idle > share)
    return [busy, `      it waits ${percent(idle)} of the cycles, for the tick first: a shorter tick.period_us would help.`];
  return [
    busy,
    unit === "synapse"
      ? `      synapses at once: ${groupText(lanes, of?.group ?? null)}.`
      : `      ${units} units, one neuron every ${cyclesPerNeuron} cycles each, policy ${policy}.`,
    ...(waits === "" ? [] : [`      in the others it ${waits}.`]),
  ];
}

/** Counters that are work, and so in the busy share. */
const WORKS: readonly string[] = ["synapse_busy_cycles", "synapse_overhead_cycles", "soma_busy_cycles"];

/** What bounds a group of synapses, the least first. */
function groupText(lanes: number, group: Explanation["cores"][number]["group"]): string {
  if (group === null) return counted(lanes, "lane");
  const { weights, sums, row } = group;
  const bounds = [
    [group.lanes, counted(lanes, "lane")],
    [weights, `${counted(weights, "weight")} from the synapse memory`],
    [sums, `${counted(sums, "sum")} from the state memory`],
    [row, `rows of at most ${counted(row, "weight")}`],
  ] as const;
  const told = bounds.filter(([bound]) => Number.isFinite(bound)).sort(([a], [b]) => a - b);
  return `${told.map(([, text]) => text).join(", ")}${told.length === 1 ? "" : "; the least decides"}`;
}

const counted = (count: number, noun: string): string => `${significant(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Shares of a unit's cycles, largest first, without those of `left`. */
function cyclesText({ shares }: Explanation["cores"][number], unit: keyof typeof UNITS, left: readonly string[] = []): string {
  return shares
    .filter(({ counter, share }) => counter.startsWith(unit) && share >= LEAST_SHARE && !left.includes(counter))
    .map(({ counter, share }) => `${CYCLES[counter as keyof typeof CYCLES].does} ${percent(share)}`)
    .join(", ");
}

/** How the chip's time changes its function. */
function lossesOf({ metrics, operations: { utterances } }: Result, { lostShare }: Explanation): readonly string[] {
  return [
    `messages: ${significant(metrics.events_dropped)} per inference are lost, mean of ${counted(utterances, "utterance")}; of the timed ones, ${percent(lostShare)} of those sent.`,
    "          Accuracy is the chip's, with these losses.",
    "          Changes below are simulated with the spikes of this chip; a changed chip would lose other messages.",
  ];
}

const UNITS = { synapse: "accumulate unit", soma: "neuron update" } as const;
/** Most runs of waves that are listed. */
const MOST_RUNS = 12;
/** Smaller shares are not listed. */
const LEAST_SHARE = 0.0005;

/** What bounds a run's time, and how long. */
export function bindingText({ core, resource, share, leastIdle }: Binding): string {
  const where = core === null ? resource : `core ${core}, ${resource}`;
  return `${where}: ${percent(share)} of the cycles${core === null ? `; every unit idles in ${percent(leastIdle)} or more` : ""}`;
}

/**
 * Where the cycles go in the core that finishes last most often, and in that of the bottleneck; and what the bottleneck
 * is.
 */
function bottleneckLines({ cores, critical, port, bottleneck: short }: Explanation): readonly string[] {
  const link =
    port === null
      ? []
      : [
          `port: packets pass the host link in ${percent(port.busyShare)} of the cycles, and wait for the network in ${percent(port.stallShare)}.`,
        ];
  const isTold = short !== null && short.share >= LEAST_SHARE;
  const last = critical.some(({ core }) => core !== null) ? cores.slice(0, 1) : [];
  const told = cores.filter((one) => last.includes(one) || (isTold && one.core === short.core));
  const cycles = told.flatMap((one, i) => [
    `${i === 0 ? "cycles:" : "       "} core ${one.core}'s ${UNITS.synapse} ${cyclesText(one, "synapse")};`,
    `        its ${UNITS.soma} ${cyclesText(one, "soma")}.`,
  ]);
  return [...cycles, ...(isTold ? [`bottleneck: ${bindingText(short)}.`] : []), ...link];
}

const finisher = ({ core, unit }: { readonly core: number | null; readonly unit: Finisher }): string =>
  unit === "port" ? "the port" : core === null ? "no core" : `core ${core}'s ${UNITS[unit]}`;

/** Who finishes last in each step of the first utterance; equal successive steps are joined. */
function criticalSteps({ waves }: Explanation): readonly string[] {
  const utterance = waves.filter((wave) => wave.utterance === waves[0]?.utterance);
  const runs: { from: number; to: number; who: string }[] = [];
  for (const { wave, core, unit } of utterance) {
    const who = finisher({ core, unit });
    const last = runs.at(-1);
    if (last?.who === who) last.to = wave;
    else runs.push({ from: wave, to: wave, who });
  }
  const told = runs.slice(0, MOST_RUNS).map(({ from, to, who }) => `${from === to ? from : `${from}-${to}`} ${who}`);
  const more = runs.length > MOST_RUNS ? `, and ${runs.length - MOST_RUNS} more` : "";
  return told.length === 0 ? [] : [`steps: the last to finish in the first utterance: ${told.join(", ")}${more}.`];
}

/** Who finishes last in each wave, and what simulated changes of the chip would gain. */
export function simulatedGains(explanation: Explanation): readonly string[] {
  const { waves, critical, barrierShare, gains, next } = explanation;
  const change = (ratio: number | null): string => (ratio === null ? "unknown" : relativeChange(ratio));
  const [first] = critical;
  const worthwhile = gains.filter(({ latencyRatio, energyRatio }) => Math.min(latencyRatio, energyRatio ?? 1) < 0.999);
  return [
    ...(first === undefined
      ? []
      : [
          `waves: ${finisher(first)} finishes last in ${percent(first.waves / waves.length)} of ${waves.length}; the barrier takes ${percent(barrierShare)} of the time.`,
        ]),
    ...criticalSteps(explanation),
    ...bottleneckLines(explanation),
    ...(worthwhile.length === 0 ? [`gains: none of ${gains.length} simulated single changes gains 0.1 %.`] : []),
    ...worthwhile.map(
      ({ path, from, to, latencyRatio, energyRatio }, i) =>
        `${i === 0 ? "gains:" : "      "} ${path} ${from} -> ${to}: latency ${change(latencyRatio)}, energy ${change(energyRatio)}`,
    ),
    ...next.flatMap(({ goal, changes, latencyRatio, energyRatio, areaRatio, isReached, tried }) => {
      const wanted = `next 10 % of ${goal === "latency" ? "speed" : "energy"}:`;
      if (changes.length === 0) return [`${wanted} none of ${tried} simulated changes and pairs of changes gains.`];
      const what = changes.map(({ path, from, to }) => `${path} ${from} -> ${to}`).join(", ");
      const ratios = `latency ${change(latencyRatio)}, energy ${change(energyRatio)}, area ${change(areaRatio)}`;
      return [
        `${wanted} ${isReached ? "" : "not reached by the changes tried; the most is "}${what}: ${ratios} (${tried} chips simulated).`,
      ];
    }),
  ];
}
