/** The result of one point as text: metrics, operations, energy and area breakdown with sources, utilisation. Pure. */
import {
  type BreakdownRow,
  coveredText,
  type FloorPlan,
  FPGA_METRICS,
  type Intervals,
  type LayerEnergy,
  METRICS,
  type MetricName,
  NO_STATED_ERROR,
  priceMarks,
  type Result,
  unsetPrices,
  withoutPriceLines,
} from "../../app/nouns.js";
import { besideInterval, intervalText } from "./interval.js";
import { neurobenchLines } from "./neurobench.js";
import { grouped, percent, significant } from "./number.js";
import { bar } from "./sparkline.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/**
 * All sections for which the result has data, with empty lines between; energy by layer if it is known. `plan` null: no
 * link is slower than a flit per cycle. `barWidth` 0 leaves the bars out.
 */
export function resultLines(
  look: Look,
  result: Result,
  plan: FloorPlan | null,
  layers: readonly LayerEnergy[] = [],
  barWidth = 16,
  intervals: Intervals = {},
): string[] {
  const { breakdown, operations, utilisation } = result;
  const sections = [
    [...metricLines(look, result, intervals), ...unstatedLines(look, result, plan)],
    operations.layers.length === 0 ? [] : operationLines(look, result),
    operations.neurobench === null ? [] : neurobenchLines(look, operations.neurobench),
    breakdown.some((row) => row.group !== "area") ? energyLines(look, result, barWidth) : [],
    layers.length === 0 ? [] : layerLines(look, layers, barWidth),
    breakdown.some((row) => row.areaMm2 !== null) ? areaLines(look, breakdown, barWidth) : [],
    markLines(look, breakdown),
    utilisation.cores.length === 0 ? [] : utilisationLines(look, result, plan, barWidth),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** Why a coupled chip's energy and power have no interval. */
const unstatedLines = (look: Look, { metrics }: Result, plan: FloorPlan | null): readonly string[] =>
  plan?.unit !== "packets" || metrics.power_mw === null ? [] : [paint(look, NO_STATED_ERROR, "dim")];

/** `intervals`: printed beside the values, if known. */
function metricLines(look: Look, result: Result, intervals: Intervals = {}): string[] {
  const names = (Object.keys(METRICS) as MetricName[]).filter((name) => result.metrics[name] !== null);
  const isDrawn = Object.keys(intervals).length > 0;
  const isSilicon = result.metrics.fpga_luts === null;
  const unknown = (Object.keys(METRICS) as MetricName[]).filter(
    (name) => result.metrics[name] === null && !(isSilicon && (FPGA_METRICS as readonly string[]).includes(name)),
  );
  const lines = tableLines(
    look,
    [
      { title: "metric", align: "left" },
      { title: "value", align: "right" },
      ...(isDrawn ? [{ title: "90 % interval", align: "right" as const }] : []),
      { title: "unit", align: "left", yields: 1 },
      { title: "meaning", align: "left", least: 20, yields: 0 },
    ],
    names.map((name) => {
      const { unit, about } = METRICS[name];
      const interval = intervals[name];
      const ends = interval === undefined ? "" : intervalText(interval);
      return [name, besideInterval(result.metrics[name], unit, interval, 5), ...(isDrawn ? [ends] : []), unit, about];
    }),
  );
  const exact = exactText(intervals);
  const unset = result.metrics.energy_uj_per_inference === null ? [] : unsetPrices(result.breakdown);
  const notes = [
    ...(isDrawn ? [drawnText(result, intervals)] : []),
    ...(exact === "" ? [] : [`these intervals are too narrow: prices without a stated error, ${exact}, count as exact`]),
    ...withoutPriceLines(unset),
    ...(unknown.length === 0 ? [] : [`unknown here: ${unknown.join(", ")}`]),
  ];
  return [...lines, ...notes.map((note) => paint(look, note, "dim"))];
}

/** What the intervals cover; of one timed utterance nothing is known about the others. */
function drawnText({ provenance }: Result, intervals: Intervals): string {
  const timed = provenance.timedUtterances.length;
  const rest = timed > 1 ? "cycles of an utterance are exact" : "one utterance was timed, so how much utterances differ is not known";
  return `${coveredText([intervals], timed)}; ${rest}`;
}

/** `91 % of the energy and 12 % of the area`: what prices without an error make up; empty if less than a hundredth. */
export function exactText({ energy_uj_per_inference: energy, area_mm2: area }: Intervals): string {
  const shares = [
    ["energy", energy?.exactShare ?? 0],
    ["area", area?.exactShare ?? 0],
  ] as const;
  return shares
    .filter(([, share]) => share >= 0.01)
    .map(([name, share]) => `${percent(share, 0)} of the ${name}`)
    .join(" and ");
}

/** Means per frame. `bits` of a projection: payload bits x weight bits of a multiplication. */
export function operationLines(look: Look, result: Result, room = look.columns ?? Number.POSITIVE_INFINITY): string[] {
  const { operations, metrics } = result;
  const perFrame = (count: number): string => significant(count / operations.frames, 4);
  type Layer = (typeof operations.layers)[number];
  const total = (of: (layer: Layer) => number): number => operations.layers.reduce((sum, layer) => sum + of(layer), 0);
  const counts: readonly { readonly title: string; readonly yields?: number; readonly of: (layer: Layer) => number }[] = [
    { title: "MAC", of: (layer) => layer.macs },
    { title: "AC", of: (layer) => layer.acs },
    { title: "effective", yields: 3, of: (layer) => layer.effective },
    { title: "bit-serial AC", yields: 2, of: (layer) => layer.bitSerialAcs },
    { title: "update mul", yields: 4, of: (layer) => layer.elementMultiplies },
    { title: "update add", yields: 1, of: (layer) => layer.elementAdds },
    { title: "table reads", yields: 0, of: (layer) => layer.lutReads },
    { title: "dense MAC", of: (layer) => layer.denseEquivalent },
  ];
  // A population's spikes are in its own row and in the row of every projection from it.
  const isPopulation = ({ weightBits }: Layer): boolean => weightBits === 0;
  const lines = tableLines(
    look,
    [
      { title: "layer, per frame", align: "left" },
      ...["bits", "spikes", "density %"].map((title) => ({ title, align: "right" as const })),
      ...counts.map(({ title, yields }) => ({ title, align: "right" as const, ...(yields === undefined ? {} : { yields }) })),
    ],
    operations.layers.map((layer) => [
      layer.name,
      isPopulation(layer) ? "" : `${layer.payloadBits} x ${layer.weightBits}`,
      perFrame(layer.spikes),
      significant(layer.density * 100, 3),
      ...counts.map(({ of }) => perFrame(of(layer))),
    ]),
    ["all", "", perFrame(total((layer) => (isPopulation(layer) ? layer.spikes : 0))), "", ...counts.map(({ of }) => perFrame(total(of)))],
    room,
  );
  const all = total(({ macs, acs, elementMultiplies }) => macs + acs + elementMultiplies);
  const trouble = `${grouped(operations.accumulatorOverflows)} accumulator overflows, ${grouped(operations.stateSaturations)} state saturations`;
  return [
    ...lines,
    paint(look, `over ${grouped(operations.utterances)} utterances, ${grouped(operations.frames)} frames; ${trouble}`, "dim"),
    paint(look, multiplicationsText(metrics.multiplications_per_frame, all / operations.frames), "dim"),
  ];
}

/** How the metric relates to the columns, by its value: results of earlier builds have all that the chip multiplies. */
const multiplicationsText = (metric: number | null, all: number): string =>
  `update mul is the chip's, requantisation included; multiplications_per_frame ${metric === all ? "is the sum of MAC, AC and update mul" : "leaves that out"}`;

/** Nothing is a share of an energy that is unknown because lines have no price. */
function energyLines(look: Look, { breakdown, metrics }: Result, barWidth: number): string[] {
  const rows = breakdown.filter((row) => row.group !== "area");
  const total = rows.reduce((sum, row) => sum + (row.energyPj ?? 0), 0);
  const sorted = [...rows].sort((a, b) => (b.energyPj ?? 0) - (a.energyPj ?? 0));
  const isKnown = metrics.energy_uj_per_inference !== null;
  const hasShares = isKnown && total > 0;
  const share = (row: BreakdownRow): number => (row.energyPj ?? 0) / total;
  return tableLines(
    look,
    [
      { title: "energy per inference", align: "left" },
      { title: "actions", align: "right" },
      { title: "pJ per action", align: "right", yields: 2 },
      { title: "pJ", align: "right" },
      { title: "share", align: "right" },
      { title: "", align: "left", yields: 1 },
      { title: "source of the price", align: "left", least: 24, yields: 0 },
    ],
    sorted.map((row) => [
      row.component,
      row.count === null ? "-" : grouped(row.count),
      significant(row.unitEnergyPj, 4),
      row.energyPj === null ? "unknown" : significant(row.energyPj, 5),
      row.energyPj === null || !hasShares ? "-" : percent(share(row)),
      barWidth === 0 || !hasShares ? "" : bar(look, share(row), barWidth, " "),
      row.source,
    ]),
    ["total", "", "", isKnown ? significant(total, 5) : "unknown", hasShares ? wholeText(total) : "-", "", ""],
  );
}

/** Share of all: nothing has no shares. */
const wholeText = (total: number): string => (total === 0 ? "-" : "100.0 %");

/** Energy of an inference by layer and group, pJ. */
function layerLines(look: Look, layers: readonly LayerEnergy[], barWidth: number): string[] {
  const total = layers.reduce((sum, layer) => sum + layer.totalPj, 0);
  const titles = ["neurons", "cores", "memory", "datapath", "queues", "network", "clock", "leakage", "total pJ", "share"];
  /** Parts of the total that are left out on a narrow terminal, in this order. */
  const PARTS = ["cores", "neurons", "leakage", "clock", "network", "queues", "datapath"];
  const pj = (value: number): string => significant(value, 4);
  return tableLines(
    look,
    [
      { title: "energy by layer", align: "left" },
      ...titles.map((title) => ({
        title,
        align: "right" as const,
        ...(PARTS.includes(title) ? { yields: 1 + PARTS.indexOf(title) } : {}),
      })),
      { title: "", align: "left", yields: 0 },
    ],
    layers.map((layer) => [
      layer.layer,
      layer.neurons === 0 ? "-" : grouped(layer.neurons),
      String(layer.cores),
      ...[layer.memoryPj, layer.datapathPj, layer.queuePj, layer.nocPj, layer.clockPj, layer.leakagePj].map(pj),
      significant(layer.totalPj, 5),
      percent(layer.totalPj / total),
      barWidth === 0 ? "" : bar(look, layer.totalPj / total, barWidth, " "),
    ]),
  );
}

export function areaLines(
  look: Look,
  breakdown: readonly BreakdownRow[],
  barWidth: number,
  room = look.columns ?? Number.POSITIVE_INFINITY,
): string[] {
  const rows = breakdown.filter((row) => row.areaMm2 !== null).sort((a, b) => (b.areaMm2 ?? 0) - (a.areaMm2 ?? 0));
  const total = rows.reduce((sum, row) => sum + (row.areaMm2 ?? 0), 0);
  return tableLines(
    look,
    [
      { title: "area", align: "left" },
      { title: "mm2", align: "right" },
      { title: "share", align: "right" },
      { title: "", align: "left" },
      { title: "source", align: "left", least: 24, yields: 0 },
    ],
    rows.map((row) => [
      row.component,
      significant(row.areaMm2, 4),
      percent((row.areaMm2 ?? 0) / total),
      barWidth === 0 ? "" : bar(look, (row.areaMm2 ?? 0) / total, barWidth, " "),
      row.source,
    ]),
    ["total", significant(total, 5), wholeText(total), "", ""],
    room,
  );
}

/** Marks prices outside of the range of their sources, and on nodes that are scaled as a whole. */
function markLines(look: Look, breakdown: readonly BreakdownRow[]): string[] {
  return priceMarks(breakdown).map(({ mark, components }) =>
    paint(look, mark.startsWith("indicative") ? `prices are ${mark}` : `${mark}: ${components.join(", ")}`, "yellow"),
  );
}

const SHOWN_LINKS = 8;

/** Cores that hold neurons, then the busiest links. */
export function utilisationLines(
  look: Look,
  result: Result,
  plan: FloorPlan | null,
  barWidth: number,
  room = look.columns ?? Number.POSITIVE_INFINITY,
): string[] {
  const { cores, links } = result.utilisation;
  const used = cores.filter((core) => core.neurons > 0);
  const busy = (link: (typeof links)[number]): number => link.flitsPerCycle * (plan?.flitCycles(link) ?? 1);
  const busiest = [...links].sort((a, b) => busy(b) - busy(a)).slice(0, SHOWN_LINKS);
  const areSlow = busiest.some((link) => busy(link) > link.flitsPerCycle);
  const gauge = (share: number): string => (barWidth === 0 ? "" : bar(look, share, barWidth, look.unicode ? "░" : "-"));
  return [
    ...tableLines(
      look,
      [
        { title: "core", align: "right" },
        { title: "neurons", align: "right" },
        { title: "synapse busy", align: "right" },
        { title: "", align: "left", yields: 1 },
        { title: "soma busy", align: "right" },
        { title: "", align: "left", yields: 0 },
        ...(used.some(({ populations }) => populations.length > 0) ? [{ title: "populations", align: "left" as const, least: 12 }] : []),
      ],
      used.map((core) => [
        String(core.core),
        String(core.neurons),
        percent(core.synapseBusy),
        gauge(core.synapseBusy),
        percent(core.somaBusy),
        gauge(core.somaBusy),
        core.populations.join(" "),
      ]),
      null,
      room,
    ),
    ...(used.length < cores.length ? [paint(look, `${cores.length - used.length} cores hold no neuron`, "dim")] : []),
    ...(links.length === 0 ? [] : [""]),
    ...(links.length === 0
      ? []
      : tableLines(
          look,
          [
            { title: "router", align: "right" },
            { title: "port", align: "left" },
            { title: "flits per cycle", align: "right" },
            ...(areSlow ? [{ title: "busy", align: "right" as const }] : []),
            { title: "", align: "left" },
          ],
          busiest.map((link) => [
            String(link.router),
            link.port,
            significant(link.flitsPerCycle, 3),
            ...(areSlow ? [percent(busy(link))] : []),
            gauge(busy(link)),
          ]),
        )),
    ...(busiest.length < links.length ? [paint(look, `${busiest.length} of ${links.length} links, those busy for longest`, "dim")] : []),
  ];
}
