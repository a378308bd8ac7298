/**
 * Ratios of FPGA resources of two chips: their intervals against synthesised cores, which the laws rank as they err.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { experimentWith, openChip } from "../../app/open.js";
import { coreNeedsOf, type FpgaName, fpgaUseOf } from "../../arch/index.js";
import { FPGA_CORES } from "../../scripts/fpga/cores.js";
import { FILE } from "../../scripts/rtl-gates/cores.js";
import { partsFor } from "../../scripts/rtl-gates/parts.js";
import { FPGA_COUNTS } from "../../sim/index.js";
import { drawnMetrics, ratioInterval, type UncertainPoint } from "../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../sweeps/uncertainty/draws.js";
import { pairCauses } from "../../sweeps/uncertainty/ranking-causes.js";
import { mapErrors } from "../sweeps/map-errors.js";

type Kind = keyof typeof FPGA_COUNTS;
type Counts = { readonly [kind in Kind]: number };
const KINDS = Object.keys(FPGA_COUNTS) as readonly Kind[];
const DRAWS = new Draws(2000, 3);

const countsOf = (numbers: readonly number[]): Counts => ({
  ...{ luts: numbers[0], flipFlops: numbers[1], blockRams: numbers[2], dsps: numbers[3] },
});

/** Predictions by laws that do not know the core, and what synthesis gave. */
const log = new Map(
  readFileSync("docs/logs/fpga-laws.txt", "utf8")
    .split("\n")
    .flatMap((line) => {
      const found = /^(\S.*?) +LUT (\d+) \/ (\d+) = \S+ +FF (\d+) \/ (\d+) = \S+ +BRAM (\d+) \/ (\d+) = \S+ +DSP (\d+) \/ (\d+)/.exec(line);
      if (found === null) return [];
      const [name, ...numbers] = found.slice(1);
      const every = (side: number): Counts => countsOf(numbers.map(Number).filter((_, k) => k % 2 === side));
      return [[name, { law: every(0), real: every(1) }]] as const;
    }),
);

/** A core with the numbers of the log. */
async function coreOf(
  id: number,
  name: string,
  shape: { readonly [path: string]: number | string },
  law: Counts,
  device: FpgaName = "ecp5-85",
): Promise<UncertainPoint> {
  const { experiment, run } = await partsFor(shape, 1);
  const { errors } = fpgaUseOf(experiment.chip, device, experiment.precision, coreNeedsOf(run.placement.topology));
  const exact = { relative: 0, residuals: null };
  return {
    ...{ id, breakdown: [], samples: 0, functionalKey: name, run: null, fpga: device },
    metrics: Object.fromEntries(KINDS.map((kind) => [FPGA_COUNTS[kind], law[kind]])),
    errors: mapErrors(new Map(KINDS.map((kind) => [FPGA_COUNTS[kind], errors[kind]]))),
    timed: { count: 0, key: "", energy: exact, latency: exact, power: exact, step: exact, turn: exact },
  };
}

const ratioOf = (first: UncertainPoint, second: UncertainPoint, kind: Kind) => {
  const [a, b] = [first, second].map((point) => drawnMetrics(point, DRAWS).get(FPGA_COUNTS[kind]));
  if (a === undefined || b === undefined) throw new Error(`no ${kind}`);
  return ratioInterval(a, b, DRAWS);
};

test("the 90 % interval of the ratio of two synthesised cores holds at least 85 % of all pairs, in every resource, and as many as docs/fpga.md says", {
  tags: ["long"],
}, async () => {
  const shares: number[] = [];
  const cores = await Promise.all(
    [...log].map(async ([name, { law, real }], id) => ({ real, point: await coreOf(id, name, FPGA_CORES[name].shape, law) })),
  );
  expect(cores).toHaveLength(23);
  for (const kind of KINDS) {
    let [inside, pairs] = [0, 0];
    for (const [i, first] of cores.entries())
      for (const second of cores.slice(i + 1)) {
        const interval = ratioOf(first.point, second.point, kind);
        const real = second.real[kind] / first.real[kind];
        pairs++;
        if (interval !== null && interval.low <= real * (1 + 1e-9) && real <= interval.high * (1 + 1e-9)) inside++;
      }
    expect(pairs).toBe(253);
    expect(inside / pairs, kind).toBeGreaterThanOrEqual(0.85);
    shares.push(Math.round((100 * inside) / pairs));
  }
  const said = /holds (\d+) % of the 253 pairs of the 23 cores in tables, (\d+) % in flip-flops, (\d+) % in block RAMs and (\d+) %/;
  const page = readFileSync("docs/fpga.md", "utf8").replace(/\s+/g, " ");
  expect(said.exec(page)?.slice(1).map(Number)).toEqual(shares);
});

test("the synthesised core with the narrowest states, which a rule for widths would refuse first, can still be emitted", async () => {
  const bits = ({ shape }: (typeof FPGA_CORES)[string]): number => Number(shape["precision.state_bits"]);
  const [narrowest] = Object.values(FPGA_CORES).sort((a, b) => bits(a) - bits(b));
  expect((await partsFor(narrowest.shape, 1)).experiment.precision.stateBits).toBe(8);
});

test("cores of one shape have the same logic: their ratio is exact, and nothing decides it", async () => {
  const name = "lif, 2 lanes, 4/10/16";
  const shape = FPGA_CORES["lif, 2 lanes, 4/10/16, 4 banks"].shape;
  const law = countsOf([16040, 4986, 24, 7]);
  const one = await coreOf(1, name, shape, law);
  const slower = await coreOf(2, name, { ...shape, "chip.clock_mhz": 5 }, countsOf([32080, 9972, 48, 14]));
  for (const kind of KINDS) {
    const interval = ratioOf(one, slower, kind);
    expect(interval?.low).toBeCloseTo(2, 12);
    expect(interval?.high).toBeCloseTo(2, 12);
  }
  // the same factor of three numbers whose quotient is rounded
  const third = await coreOf(3, name, shape, countsOf([16053, 4999, 25, 9]));
  for (const { metric, causes } of pairCauses(one, third, DRAWS)) expect(causes, metric).toEqual([]);
  const wider = await coreOf(4, name, { ...shape, "tile.core.lanes": 4 }, law);
  expect(pairCauses(one, wider, DRAWS).find(({ metric }) => metric === "fpga_luts")?.causes[0]?.total).toBeGreaterThan(0.3);
});

test("on ECP5 and UltraScale+ one core errs by one law: the ratio of the two errs by the ratio of families alone, and holds all four syntheses", {
  tags: ["long"],
}, async () => {
  const text = readFileSync("docs/logs/fpga-laws.txt", "utf8");
  const [, luts, flipFlops] = /over the law of ECP5: LUT \S+ \(rms (\S+)\), FF \S+ \(rms (\S+)\)/.exec(text) ?? [];
  const wide = Array.from(text.matchAll(/^(\S.*?) +LUT \d+ \/ (\d+) = \S+ +in memories .* FF \d+ \/ (\d+) =/gm), ([, name, ...counts]) => {
    return { name, counts: { luts: Number(counts[0]), flipFlops: Number(counts[1]) } };
  });
  expect(wide).toHaveLength(4);
  for (const { name, counts } of wide) {
    const { shape } = FPGA_CORES[name];
    const { law, real } = log.get(name) as { law: Counts; real: Counts };
    const [small, large] = [await coreOf(1, name, shape, law), await coreOf(2, name, shape, law, "xczu7ev")];
    for (const [kind, sigma] of [
      ["luts", Number(luts)],
      ["flipFlops", Number(flipFlops)],
    ] as const) {
      const interval = ratioOf(small, large, kind);
      expect(Math.log(interval?.high ?? 0), `${name}, ${kind}`).toBeCloseTo(1.6448536 * sigma, 3);
      expect(Math.log(interval?.low ?? 0)).toBeCloseTo(-1.6448536 * sigma, 3);
      expect(Math.abs(Math.log(counts[kind] / real[kind]))).toBeLessThan(1.6448536 * sigma);
    }
  }
});

test("synthesised cores keep the fraction of their states, whatever the example's search derives from their width", () => {
  const fractions = Object.values(FPGA_CORES).map(({ shape }) => experimentWith(openChip(FILE), shape).precision.stateFractionBits);
  // all but one of 8-bit states
  expect(fractions.filter((bits) => bits !== 6)).toEqual([5]);
});
