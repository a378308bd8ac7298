/** An estimate as text and as tables: one chip in full, or several beside each other. Pure. */
import type { ChipEstimate, Estimate } from "../../app/estimate.js";
import { FPGA_METRICS, METRICS, type MetricName, priceMarks, restOf, unsetPrices, withoutPriceLines } from "../../app/nouns.js";
import { InfeasibleError } from "../../base/errors.js";
import { type CsvText, type CsvValue, csvRow } from "../../base/escape/csv.js";
import { joined } from "../../base/escape/filtered.js";
import { neuronsText } from "./check-lines.js";
import { chipHead } from "./chip-head.js";
import { bindingText, linkLoad } from "./explanation.js";
import { besideInterval, intervalText } from "./interval.js";
import { grouped, percent, significant } from "./number.js";
import { exactText } from "./result.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/** The inputs and assumptions of the estimate, then one chip in full, or a table of several. */
export function estimateLines(look: Look, estimate: Estimate): readonly string[] {
  const { chips } = estimate;
  return [
    ...headLines(look, estimate),
    "",
    ...(chips.length === 1 ? chipLines(look, chips[0]) : chipTable(look, chips)),
    "",
    SURE,
    ...standingLines(chips),
    ...exactLines(look, chips),
    ...unpricedChips(look, { chips }),
  ];
}

const SURE =
  "(low .. high): 90 % intervals over prices, samples and timed utterances. Cycles of an utterance are exact for the chip as described; its comments name guesses in it.";

/** Whether the pause after an inference is in the energies. */
function standingLines(chips: readonly ChipEstimate[]): readonly string[] {
  const priced = chips.filter(({ result }) => result !== null && result.metrics.energy_uj_per_inference !== null);
  const resting = priced.filter(({ experiment }) => experiment !== null && restOf(experiment) !== null);
  if (priced.length === 0) return [];
  if (resting.length === priced.length) return [`Energies include standing power during an inference and ${PAUSE}.`];
  return [
    "Energies include standing power during an inference, not after it.",
    ...resting.map(({ chip }) => `That of ${chip} also includes it ${PAUSE}.`),
  ];
}
const PAUSE = "in the pause until the next one (workload.period_ms)";

/** Chips whose intervals are too narrow. */
function exactLines(look: Look, chips: readonly ChipEstimate[]): readonly string[] {
  const narrow = chips.flatMap(({ chip, intervals }) => {
    const exact = exactText(intervals);
    return exact === "" ? [] : [`  ${chip}: ${exact}`];
  });
  if (narrow.length === 0) return [];
  return ["Too narrow, because prices of one source state no error and count as exact:", ...narrow].map((line) =>
    paint(look, line, "yellow"),
  );
}

/** Parts that the energy of a chip lacks. */
const unpricedOf = ({ result }: ChipEstimate): readonly string[] =>
  result === null || result.metrics.energy_uj_per_inference === null ? [] : unsetPrices(result.breakdown);

/** The same in words, one sentence per chip. */
export const unpricedChips = (look: Look, { chips }: Pick<Estimate, "chips">): readonly string[] =>
  chips.flatMap((one) => withoutPriceLines(unpricedOf(one)).map((text) => paint(look, `${one.chip}: ${text}`, "yellow")));

function headLines(look: Look, { network, inputs, assumed }: Estimate): readonly string[] {
  const { name, utterances, run, scored, meanSteps } = inputs;
  const all = utterances === 1 ? "1 sample" : `${grouped(utterances)} samples`;
  const many = run < utterances ? `${grouped(run)} of ${all}` : all;
  const labelled = scored === 0 || scored === run ? "" : `, ${grouped(scored)} of them with a class`;
  return [
    `${paint(look, network, "bold")} on ${name}: ${many} of ${significant(meanSteps, 4)} steps${labelled}`,
    ...assumed.map((text) => paint(look, `assumed: ${text}`, "yellow")),
  ];
}

/** Why a chip cannot run the network, and the nearest change. */
function refusalLines({ chip, refused }: ChipEstimate): readonly string[] {
  if (refused === null) return [];
  const reasons =
    refused instanceof InfeasibleError
      ? [{ message: `${refused.code}: ${refused.resource} needs ${refused.need}, has ${refused.have}`, fix: refused.fix }]
      : refused.problems;
  return reasons.flatMap(({ message, fix }) => [`${chip}: ${message}`, ...(fix === "" ? [] : [`    ${fix}`])]);
}

const kib = (bits: number): string => significant(bits / 8192, 4);

/** `97.50 (89.8 .. 99.4)`, or `97.50 % (89.8 .. 99.4)`. */
function valueText({ result, intervals }: ChipEstimate, metric: MetricName, hasUnit = false): string {
  const value = result?.metrics[metric] ?? null;
  if (value === null) return "unknown";
  const { unit } = METRICS[metric];
  const interval = intervals[metric];
  const text = `${besideInterval(value, unit, interval)} ${hasUnit && unit !== "1" ? unit : ""}`.trim();
  return interval === undefined ? text : `${text} (${intervalText(interval)})`;
}

const SHOWN: readonly (readonly [title: string, metric: MetricName])[] = [
  ["accuracy", "accuracy_percent"],
  ["energy per inference", "energy_uj_per_inference"],
  ["latency", "latency_us"],
  ["throughput", "throughput_per_s"],
  ["power", "power_mw"],
  ["area", "area_mm2"],
  ["look-up tables", "fpga_luts"],
  ["fullest of the FPGA", "fpga_utilisation_percent"],
];
/** False for metrics that only silicon, or only an FPGA, has. */
const isOf = (metric: MetricName, isFpga: boolean): boolean => (isFpga ? metric !== "area_mm2" : !metric.startsWith("fpga_"));

function chipLines(look: Look, one: ChipEstimate): readonly string[] {
  const { chip: name, experiment, occupancy, result, bottleneck } = one;
  const row = (title: string, text: string): string => `${title.padEnd(22)}${text}`;
  const head = experiment === null ? paint(look, name, "bold") : chipHead(look, experiment);
  if (result === null || occupancy === null || bottleneck === null)
    return [head, row(one.refused instanceof InfeasibleError ? "fits" : "runs", "no, see below")];
  const { weights, states, neurons, summing, usedCores, cores } = occupancy;
  const { link, groups, fixedShare } = bottleneck;
  return [
    head,
    row("fits", `${neuronsText(neurons, summing)} on ${usedCores} of ${cores} cores`),
    row("  weights", fillingText(weights)),
    row("  states and sums", fillingText(states)),
    ...SHOWN.filter(([, metric]) => isOf(metric, result.metrics.fpga_luts !== null)).map(([title, metric]) =>
      row(title, valueText(one, metric, true)),
    ),
    row("time is bound by", one.binding === null ? "nothing works" : bindingText(one.binding)),
    ...(link === null ? [] : [row("busiest link", linkLoad(link))]),
    ...(fixedShare === null
      ? []
      : [
          row(
            "energy goes to",
            groups
              .slice(0, 3)
              .map(({ name: group, share }) => `${group} ${percent(share)}`)
              .join(", "),
          ),
          row("leakage and clock", `${percent(fixedShare)} of the energy`),
        ]),
    ...priceMarks(result.breakdown).map(({ mark, components }) =>
      paint(look, mark.startsWith("indicative") ? `prices are ${mark}` : `${mark}: ${components.join(", ")}`, "yellow"),
    ),
  ];
}

/** What DRAM holds is told apart: it takes no room on the chip. */
function fillingText({ need, inDram, have, fullest }: NonNullable<ChipEstimate["occupancy"]>["weights"]): string {
  const away = inDram === 0 ? "" : `; ${kib(inDram)} KiB in DRAM`;
  return `${kib(need - inDram)} of ${kib(have)} KiB, fullest core ${percent(fullest)}${away}`;
}

function chipTable(look: Look, chips: readonly ChipEstimate[]): readonly string[] {
  const refused = chips.flatMap(refusalLines);
  const left = (title: string) => ({ title, align: "left" as const });
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    ...tableLines(
      look,
      [
        left("chip"),
        left("cores"),
        right("weights"),
        right("accuracy [%]"),
        right("energy [uJ]"),
        right("latency [us]"),
        right("power [mW]"),
        left("time is bound by"),
        right("leakage, clock"),
      ],
      chips.map((one) => {
        const { chip, occupancy, binding, bottleneck } = one;
        if (occupancy === null || bottleneck === null) return [chip, "no", "", "", "", "", "", "see below", ""];
        const { usedCores, cores, weights } = occupancy;
        return [
          ...[chip, `${usedCores} of ${cores}`, percent((weights.need - weights.inDram) / weights.have)],
          ...(["accuracy_percent", "energy_uj_per_inference", "latency_us", "power_mw"] as const).map((metric) => valueText(one, metric)),
          ...[
            binding === null ? "-" : `${binding.resource} ${percent(binding.share)}`,
            bottleneck.fixedShare === null ? "-" : percent(bottleneck.fixedShare),
          ],
        ];
      }),
    ),
    ...(refused.length === 0 ? [] : ["", ...refused]),
  ];
}

/** The same as data. */
export function estimateJson({ network, inputs, assumed, warnings, chips }: Estimate): object {
  const onChips = chips.map((one) => {
    const { chip, refused, occupancy, result, intervals, binding, bottleneck, warnings: told } = one;
    return {
      chip,
      ...(refused === null ? { fits: true } : { fits: false, refused: reasonOf(refused) }),
      occupancy,
      metrics: result?.metrics ?? null,
      intervals,
      time: binding,
      energy: bottleneck === null ? null : { groups: bottleneck.groups, fixedShare: bottleneck.fixedShare },
      breakdown: result?.breakdown ?? null,
      withoutPrice: unpricedOf(one),
      warnings: told,
    };
  });
  return { network, inputs, assumed, warnings, chips: onChips };
}

function reasonOf(refused: NonNullable<ChipEstimate["refused"]>): { readonly [key: string]: unknown } {
  if (!(refused instanceof InfeasibleError)) return { code: "INPUT", problems: refused.problems };
  const { code, resource, need, have, fix } = refused;
  return { code, resource, need, have, fix };
}

const DRAWN = [
  ...(["accuracy_percent", "energy_uj_per_inference", "latency_us", "throughput_per_s", "power_mw", "area_mm2"] as const),
  ...FPGA_METRICS,
] as const;

/** One row per chip; cells are empty if the chip cannot run the network. */
export function estimateCsv({ network, chips }: Estimate): CsvText {
  const sizes = ["neurons", "cores_used", "cores", "weights_need_kib", "weights_have_kib", "states_need_kib", "states_have_kib"];
  const metrics = DRAWN.flatMap((metric) => [metric, `${metric}_low`, `${metric}_high`]);
  const exact = ["energy_exact_share", "area_exact_share"];
  const header = [
    "network",
    "chip",
    "fits",
    ...sizes,
    ...metrics,
    ...exact,
    "time_bound_by",
    "time_bound_share",
    "leakage_and_clock_share",
    "reason",
  ];
  const rows = chips.map((one): readonly CsvValue[] => {
    const { chip, refused, occupancy: o, result, intervals, binding, bottleneck } = one;
    const held =
      o === null
        ? sizes.map(() => null)
        : [o.neurons, o.usedCores, o.cores, ...[o.weights, o.states].flatMap(({ need, have }) => [need / 8192, have / 8192])];
    const values = DRAWN.flatMap((metric) => [result?.metrics[metric], intervals[metric]?.low, intervals[metric]?.high]);
    const exactShares = [intervals.energy_uj_per_inference, intervals.area_mm2].map((one) =>
      one === undefined ? null : (one.exactShare ?? 0),
    );
    const bound = [binding?.resource, binding?.share, bottleneck?.fixedShare];
    return [network, chip, refused === null, ...held, ...values, ...exactShares, ...bound, refused?.message.replaceAll(/\s*\n\s*/g, "; ")];
  });
  return joined(
    [header, ...rows].map((cells) => csvRow(cells)),
    "",
  );
}
