/** One network trained for weights of 8 to 2 bits on one core: what weights without multipliers gain. */

import { nonDominated } from "../../base/pareto.js";
import { axisOver } from "../../base/plot/axis.js";
import { NAMED } from "../../base/plot/colours.js";
import { type Panel, pointsOf } from "../../base/plot/spec.js";
import { markdownTable } from "../validation/markdown.js";
import { type CaseStudy, metric, pointWith, type StudyPoint } from "./study.js";

const BITS = [8, 4, 3, 2];
const SUMS = [24, 20, 16, 12];
const NARROWEST = Math.min(...SUMS);
/** The core of the table and of the figure. */
const CORE = { lanes: 16, word: 128, state_word: 256 } as const;

const at = (points: readonly StudyPoint[], weight_bits: number, accumulator_bits: number): StudyPoint =>
  pointWith(points, { ...CORE, weight_bits, accumulator_bits });

/** Energy and area of all cores whose accumulators lose nothing, by bits of the weights. */
function cores(points: readonly StudyPoint[]): Panel {
  const marks = BITS.map((bits) => {
    const full = metric(at(points, bits, SUMS[0]), "accuracy_percent");
    const lossless = points.filter((point) => point.values.weight_bits === bits && metric(point, "accuracy_percent") >= full);
    return pointsOf(lossless.map((point): [number, number] => [metric(point, "energy_uj_per_inference"), metric(point, "area_mm2")]));
  });
  return {
    heading: "cores of 8 to 32 lanes",
    x: axisOver("energy (µJ)", marks, "x", false),
    y: axisOver("area (mm²)", marks, "y", false),
    colour: null,
    series: marks.map((found, i) => ({
      ...{ kind: "marks", name: `${BITS[i]} bits`, points: found, fill: NAMED[i], ringed: null },
      labels: Array.from({ length: found.length }, () => `${BITS[i]} bits`),
    })),
    notes: [],
  };
}

/** Energy on one core over the bits of accumulators. */
function sums(points: readonly StudyPoint[]): Panel {
  const lines = BITS.map((bits) =>
    pointsOf(SUMS.map((width): [number, number] => [width, metric(at(points, bits, width), "energy_uj_per_inference")])),
  );
  return {
    heading: `${CORE.lanes} lanes`,
    x: axisOver("accumulator bits", lines, "x", false),
    y: axisOver("energy (µJ)", lines, "y", false),
    colour: null,
    series: lines.map((line, i) => ({
      ...{ kind: "line", name: "", points: line, colour: NAMED[i], width: 1.2, dash: [], dotted: true },
    })),
    notes: [],
  };
}

/** The energy or area of components whose names begin so, as a share of the point's. */
function share(point: StudyPoint, key: "energyPj" | "areaMm2", begin: RegExp): number {
  const sum = (all: boolean): number =>
    point.result.breakdown.reduce((to, row) => to + (all || begin.test(row.component) ? (row[key] ?? 0) : 0), 0);
  return sum(false) / sum(true);
}

/** The fewest accumulator bits with which a network loses no accuracy. */
function fewestSums(points: readonly StudyPoint[], bits: number): number {
  const full = metric(at(points, bits, SUMS[0]), "accuracy_percent");
  return Math.min(...SUMS.filter((sums) => metric(at(points, bits, sums), "accuracy_percent") >= full));
}

/** To be minimised beside the errors. */
const GOALS = ["energy_uj_per_inference", "area_mm2"] as const;

export const TERNARY: CaseStudy = {
  name: "ternary",
  needsData: false,
  figure: (points) => ({
    title: "Weights of 8 to 2 bits, and their accumulators",
    about: "MNIST rows, rec-v2 2 x 128 neurons trained for each width, one core of 16 lanes, 22 nm, 50 MHz",
    column: "single",
    legend: "above",
    panels: [cores(points), sums(points)],
  }),
  report: (points, { lessPercent, sentence }) => {
    const shown = (bits: number): StudyPoint => at(points, bits, fewestSums(points, bits));
    const rows = BITS.map((bits) => {
      const [wide, best] = [at(points, bits, SUMS[0]), shown(bits)];
      return [
        bits === 2 ? "2 (-1, 0, 1)" : bits,
        metric(wide, "accuracy_percent").toFixed(2),
        metric(at(points, bits, NARROWEST), "accuracy_percent").toFixed(2),
        fewestSums(points, bits),
        Number(best.values.synapse_memory_size_kib).toFixed(1),
        Math.round(metric(best, "spikes_fired")),
        metric(best, "latency_us").toFixed(0),
        metric(best, "energy_uj_per_inference").toFixed(3),
        metric(best, "area_mm2").toFixed(3),
      ];
    });
    const front = nonDominated(points.map((point) => [-metric(point, "accuracy_percent"), ...GOALS.map((name) => metric(point, name))]));
    const onFront = BITS.map((bits) => `${front.filter((i) => points[i].values.weight_bits === bits).length} of ${bits} bits`);
    const tested = BITS.flatMap((bits) => {
      const found = points.find(({ values, testedPercent }) => values.weight_bits === bits && testedPercent !== null);
      return found?.testedPercent == null ? [] : `${found.testedPercent.toFixed(2)} % with ${bits} bits`;
    });
    const [eight, four, two] = [8, 4, 2].map(shown);
    const percent = (value: number): string => (100 * value).toFixed(1);
    return `${markdownTable(
      [
        "weight bits",
        `accuracy, ${SUMS[0]}-bit accumulators [%]`,
        `${NARROWEST}-bit [%]`,
        "accumulator bits that lose nothing",
        "then: weight memory [KiB]",
        "spikes",
        "latency [µs]",
        "energy [µJ]",
        "area [mm²]",
      ],
      rows,
    )}

(Energy, time and area of the core of ${CORE.lanes} lanes, words of ${CORE.word} bits for weights and ${CORE.state_word} for states.) Ternary weights save ${lessPercent(
      "energy_uj_per_inference",
      two,
      eight,
    )} of the energy of 8 bits and ${lessPercent("area_mm2", two, eight)} of the area for ${(metric(eight, "accuracy_percent") - metric(two, "accuracy_percent")).toFixed(2)} points, and ${lessPercent(
      "energy_uj_per_inference",
      two,
      four,
    )} and ${lessPercent("area_mm2", two, four)} of 4 bits'. With accumulators as wide as those of 8 bits they would save ${lessPercent("energy_uj_per_inference", at(points, 2, fewestSums(points, 8)), eight)} of its energy. **The multipliers are the least of it.** With 8 bits the lanes' products and additions are ${percent(share(eight, "energyPj", /^synaptic/))} % of the energy (${percent(share(two, "energyPj", /^synaptic/))} % with additions alone), the whole datapath ${percent(share(eight, "areaMm2", /^datapath/))} % of the area; weight memory is ${percent(share(eight, "energyPj", /^synapse memory/))} % of the energy and ${percent(share(eight, "areaMm2", /^synapse memory/))} % of the area. Narrow accumulators come with narrow weights: words of the state memory then hold more of them. But a ternary network spikes more (${Math.round(metric(two, "spikes_fired"))} for ${Math.round(metric(eight, "spikes_fired"))}), and takes ${(100 * (metric(two, "latency_us") / metric(eight, "latency_us") - 1)).toFixed(0)} % more time. Of the ${front.length} points on the front of accuracy, energy and area, ${onFront.join(", ")}; run once on as many digits of the test set, they have ${tested.join(", ")}. ${sentence}`;
  },
};
