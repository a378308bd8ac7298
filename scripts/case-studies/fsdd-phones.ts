/** Phone frames of spoken digits on one edge core: bits, lanes and memory words. */
import { axisOf, axisOver, limitsOf } from "../../base/plot/axis.js";
import { NAMED } from "../../base/plot/colours.js";
import { pointsOf, type Series } from "../../base/plot/spec.js";
import { markdownTable } from "../validation/markdown.js";
import { type CaseStudy, metric, pointWith, type StudyPoint } from "./study.js";

const BITS = [8, 6, 5, 4, 3];
const LANES = [2, 4, 8, 16];
const WORDS = [32, 64, 128];
const CORES = [
  { lanes: 4, synapse_word_bits: 32 },
  { lanes: 8, synapse_word_bits: 64 },
  { lanes: 16, synapse_word_bits: 128 },
] as const;

const line = (name: string, points: readonly (readonly [number, number])[], i: number): Series => ({
  ...{ kind: "line", name, points: pointsOf(points), colour: NAMED[i] },
  ...{ width: 1.2, dash: [[], [4, 2], [1, 2]][i] as number[], dotted: true },
});
const pointsIn = (series: readonly Series[]) => series.flatMap((one) => (one.kind === "line" ? [one.points] : []));

export const FSDD_PHONES: CaseStudy = {
  name: "fsdd-phones",
  needsData: true,
  figure: (points) => {
    const trade = CORES.map((core, i) =>
      line(
        `${core.synapse_word_bits}-bit words`,
        BITS.map((weight_bits) => pointWith(points, { weight_bits, ...core })).map((point) => [
          metric(point, "energy_uj_per_inference"),
          metric(point, "accuracy_percent"),
        ]),
        i,
      ),
    );
    const time = WORDS.map((synapse_word_bits, i) =>
      line(
        "",
        LANES.map((lanes) => [lanes, metric(pointWith(points, { weight_bits: 8, lanes, synapse_word_bits }), "latency_us") / 1000]),
        i,
      ),
    );
    const slowest = BITS.map((weight_bits) => pointWith(points, { weight_bits, ...CORES[0] }));
    const accuracy = axisOver("accuracy (%)", pointsIn(trade), "y", false);
    const energy = limitsOf(slowest.map((point) => metric(point, "energy_uj_per_inference")));
    return {
      title: "Bits, lanes and memory words for speech",
      about: "FSDD phone frames, rec-v2 2 x 128 neurons, one core, 22 nm, 50 MHz",
      column: "single",
      legend: "above",
      panels: [
        {
          heading: "lanes as a word can feed: 4, 8, 16",
          // Room for the words at the right-most points.
          x: axisOf(
            "energy an utterance (µJ)",
            pointsIn(trade).reduce((all, p) => limitsOf(p.x, all), { low: energy.low, high: energy.high * 1.13 }),
            false,
          ),
          // Room for the words above the highest points.
          y: { ...accuracy, high: accuracy.high + 0.06 * (accuracy.high - accuracy.low) },
          colour: null,
          series: trade,
          notes: slowest.map((point, i) => ({
            // Below the line if the line rises to the right of the point.
            ...{ x: metric(point, "energy_uj_per_inference"), y: metric(point, "accuracy_percent") - ([4, 5].includes(BITS[i]) ? 0.2 : 0) },
            text: `${BITS[i]} bit`,
          })),
        },
        {
          heading: "8-bit weights",
          x: axisOver("lanes", pointsIn(time), "x", true),
          y: axisOver("latency an utterance (ms)", pointsIn(time), "y", false),
          colour: null,
          series: time,
          notes: [],
        },
      ],
    };
  },
  report: (points, { lessPercent, sentence }) => {
    const of = (weight_bits: number, core: (typeof CORES)[number]): StudyPoint => pointWith(points, { weight_bits, ...core });
    const [, eight, sixteen] = CORES;
    const whole = (value: number): string => Math.round(value).toLocaleString("en-US");
    const rows = BITS.map((bits) => [
      bits,
      metric(of(bits, eight), "accuracy_percent").toFixed(2),
      ...[eight, sixteen].flatMap((core) => [
        metric(of(bits, core), "energy_uj_per_inference").toFixed(3),
        whole(metric(of(bits, core), "latency_us")),
      ]),
      metric(of(bits, eight), "area_mm2").toFixed(3),
    ]);
    const lost = (name: "energy_uj_per_inference" | "area_mm2"): string => lessPercent(name, of(5, eight), of(8, eight));
    const fed = LANES.slice(1).map((lanes) =>
      whole(metric(pointWith(points, { weight_bits: 8, lanes, synapse_word_bits: 32 }), "latency_us")),
    );
    const gain = lessPercent("latency_us", of(8, sixteen), of(8, eight));
    return `${markdownTable(
      [
        "weight bits",
        "accuracy [%]",
        "8 lanes, 64-bit words: energy [µJ]",
        "latency [µs]",
        "16 lanes, 128-bit words: energy [µJ]",
        "latency [µs]",
        "area, 8 lanes [mm²]",
      ],
      rows,
    )}

(Weight memory sized at 17 KiB a weight bit.) A lane that a word cannot feed is idle: at 8 bits a 32-bit word brings four weights, so 4, 8 and 16 lanes
take ${new Set(fed).size === 1 ? `${fed[0]} µs each` : `${fed.join(", ")} µs`}. From 8 lanes on the accumulators' memory decides, and doubling lanes and words gains ${gain} of time. Five bits lose
${(metric(of(8, eight), "accuracy_percent") - metric(of(5, eight), "accuracy_percent")).toFixed(2)} points and save ${lost("energy_uj_per_inference")} of the energy and ${lost("area_mm2")} of the area. ${sentence}`;
  },
};
