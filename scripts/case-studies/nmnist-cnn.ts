/**
 * A convolutional network on recordings of an event camera: kernels or rows in memory, one to sixteen cores, 8 or 4
 * bits.
 */
import { axisOver } from "../../base/plot/axis.js";
import { NAMED } from "../../base/plot/colours.js";
import { type Panel, pointsOf } from "../../base/plot/spec.js";
import { wilson } from "../../base/wilson.js";
import type { Metrics } from "../../sweeps/index.js";
import { markdownTable } from "../validation/markdown.js";
import { type CaseStudy, metric, pointWith, type StudyPoint } from "./study.js";

const RECORDINGS = 40;
const SIDES = [1, 2, 4];
const FORMS = [
  { convolution: "shared", weight_bits: 8 },
  { convolution: "shared", weight_bits: 4 },
  { convolution: "unrolled", weight_bits: 8 },
  { convolution: "unrolled", weight_bits: 4 },
] as const;
type Form = (typeof FORMS)[number];

const nameOf = ({ convolution, weight_bits }: Form): string => `${convolution === "shared" ? "kernels" : "rows"}, ${weight_bits} bits`;
const at = (points: readonly StudyPoint[], side: number, form: Form): StudyPoint => pointWith(points, { width: side, ...form });
/** Weight memory of all cores together, KiB. */
const weightsKib = (point: StudyPoint, side: number): number => Number(point.values.weights_kib) * side * side;

function panel(points: readonly StudyPoint[], name: keyof Metrics, label: string, scale: number): Panel {
  const lines = FORMS.map((form) =>
    pointsOf(SIDES.map((side): [number, number] => [side * side, metric(at(points, side, form), name) / scale])),
  );
  return {
    heading: "",
    x: axisOver("cores", lines, "x", true),
    y: axisOver(label, lines, "y", true),
    colour: null,
    series: lines.map((line, i) => ({
      kind: "line",
      name: nameOf(FORMS[i]),
      points: line,
      colour: NAMED[i],
      width: 1.2,
      dash: FORMS[i].weight_bits === 8 ? [] : [4, 2],
      dotted: true,
    })),
    notes: [],
  };
}

/** Share of recordings that are classified correctly, with its 90 % interval. */
function accuracy(point: StudyPoint): string {
  const percent = metric(point, "accuracy_percent");
  const { lowPercent, highPercent } = wilson(Math.round((percent * RECORDINGS) / 100), RECORDINGS);
  return `${percent.toFixed(1)} (${lowPercent.toFixed(0)} to ${highPercent.toFixed(0)})`;
}

/** Percent that address generators take, least and most over the points of a form: of the energy, or of the area. */
function generators(points: readonly StudyPoint[], convolution: Form["convolution"], of: "energyPj" | "areaMm2"): string {
  const shares = points
    .filter(({ values }) => values.convolution === convolution)
    .map(({ result: { breakdown } }) => {
      const sum = (part: RegExp): number => breakdown.reduce((total, row) => total + (part.test(row.component) ? (row[of] ?? 0) : 0), 0);
      return (100 * sum(/^(generated addresses|address generator)/)) / sum(/./);
    });
  return `${Math.min(...shares).toPrecision(2)} to ${Math.max(...shares).toPrecision(2)} %`;
}

export const NMNIST_CNN: CaseStudy = {
  name: "nmnist-cnn",
  needsData: true,
  needsModel: true,
  figure: (points) => ({
    title: "A convolutional network on an event camera's recordings",
    about: "N-MNIST, 300 steps of 1 ms, 28 nm, 100 MHz; kernels once per core, or a row per input",
    column: "single",
    legend: "above",
    panels: [
      panel(points, "energy_uj_per_inference", "energy (µJ)", 1),
      panel(points, "latency_us", "latency (ms)", 1000),
      panel(points, "area_mm2", "area (mm²)", 1),
    ],
  }),
  report: (points, { ratio, sentence }) => {
    const rows = FORMS.flatMap((form) =>
      SIDES.map((side) => {
        const point = at(points, side, form);
        return [
          form.convolution === "shared" ? "kernels" : "rows",
          form.weight_bits,
          side * side,
          weightsKib(point, side).toFixed(0),
          metric(point, "energy_uj_per_inference").toFixed(0),
          (metric(point, "latency_us") / 1000).toFixed(2),
          metric(point, "area_mm2").toFixed(2),
          accuracy(point),
        ];
      }),
    );
    const [kernels, narrow, unrolled] = FORMS;
    const [one, four, sixteen] = SIDES.map((side) => at(points, side, kernels));
    const [oneRows, , sixteenRows] = SIDES.map((side) => at(points, side, unrolled));
    return `${markdownTable(
      [
        "convolution stored as",
        "weight bits",
        "cores",
        "weight memory [KiB]",
        "energy [µJ]",
        "latency [ms]",
        "area [mm²]",
        "accuracy, 90 % interval [%]",
      ],
      rows,
    )}

(Energy and latency are means of 4 recordings, 300 steps each; accuracy is of ${RECORDINGS}.) On one core, rows take ${(weightsKib(oneRows, 1) / weightsKib(one, 1)).toFixed(1)} times the weight memory of kernels, ${ratio("area_mm2", oneRows, one)} times
the area and ${ratio("energy_uj_per_inference", oneRows, one)} times the energy; on sixteen, ${ratio("area_mm2", sixteenRows, sixteen)} times the area and ${ratio("energy_uj_per_inference", sixteenRows, sixteen)} times the energy. Sixteen cores are ${ratio("latency_us", one, sixteen)} times faster than one with kernels,
four are ${ratio("latency_us", one, four)} times faster. Four bits in place of eight spend ${ratio("energy_uj_per_inference", at(points, 1, narrow), one)} of the energy on one core. The interval of the accuracy
is wider than the difference between the widths, so accuracy is shown and is no goal of the search. Address generators take ${generators(points, "shared", "energyPj")} of the energy and ${generators(points, "shared", "areaMm2")} of the area with kernels, ${generators(points, "unrolled", "energyPj")} and ${generators(points, "unrolled", "areaMm2")} with rows. ${sentence}`;
  },
};
