/** Formats of matrices with zeros in a memory: the one with the fewest bits. */
import { expect, test } from "vitest";
import { areaOf, type Chip, type Projection, type SharedKernel, type Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { needsOn, price } from "../../../sim/index.js";
import { synapseWords } from "../../../sim/mapping/layout.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { heldBy } from "../../../sim/mapping/weight-formats.js";
import { chip, core, dense, population, precision, randomTrace } from "../board/fixtures.js";

const SIZE = 64;
const populations = [population("input", SIZE, 0), population("n", SIZE, 1, { payloadBits: 0 })];

/** All synapses except those for which `isZero` is true. */
function matrix(isZero: (source: number, target: number) => boolean): Topology {
  const rows = Array.from({ length: SIZE }, (_, i) => Array.from({ length: SIZE }, (_, j) => j).filter((j) => !isZero(i, j)));
  const rowStart = [0];
  for (const row of rows) rowStart.push((rowStart.at(-1) as number) + row.length);
  const sparse = { rowStart: Uint32Array.from(rowStart), targets: Uint32Array.from(rows.flat()) };
  return { populations, projections: [{ source: 0, target: 1, recurrent: false, sparse }] };
}
const on = (weightFormat: Chip["weightFormat"]): Chip =>
  chip([1], {
    weightFormat,
    core: { maxNeurons: 1000, lanes: 8, synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20, wordBits: 64 } },
  });
const wordsOf = (topology: Topology, weightFormat: Chip["weightFormat"]): number =>
  synapseWords(heldBy(on(weightFormat), precision, topology), precision, 64, 1, 0, SIZE);
const isDense = (topology: Topology): boolean => heldBy(on("auto"), precision, topology).projections[0].sparse === null;

test("F5: one zero costs nothing: memory, cycles and reads equal those of the dense matrix; rows would add their indices", () => {
  const full: Topology = { populations, projections: [dense(0, 1)] };
  const oneZero = matrix((i, j) => i === 5 && j === 7);
  expect(wordsOf(full, "auto")).toBe(SIZE * 8);
  expect(wordsOf(oneZero, "auto")).toBe(SIZE * 8);
  // 8 bits and an index of 6: 4 per word
  expect(wordsOf(oneZero, "rows")).toBe(SIZE * 16);
  const trace = randomTrace(full, [4], [0.5, 0], 3);
  const run = (topology: Topology) => {
    const made = mapNetwork(
      topology,
      on("auto"),
      precision,
      { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 },
      { ...trace, topology },
    );
    return runTiming(on("auto"), made, precision, { ...trace, topology }, null, "replayed").total;
  };
  expect(run(oneZero)).toEqual(run(full));
  const costs = (topology: Topology, format: Chip["weightFormat"]) => [
    areaOf(on(format), precision, needsOn(on(format), precision, topology)).totalMm2,
    price(on(format), precision, topology, run(full)).totalPj,
  ];
  expect(costs(oneZero, "auto")).toEqual(costs(full, "auto"));
  expect(costs(oneZero, "rows")).not.toEqual(costs(full, "rows")); // its sums can be anywhere, so more of them may wait to be written
});

test("rows are taken if they have fewer bits: below a density of weight bits / (weight + index bits)", () => {
  const rng = createRng(20_261_203, "densities");
  const drawn = { dense: 0, rows: 0 };
  for (let i = 0; i < 40; i++) {
    const density = rng.float();
    const topology = matrix(() => rng.float() >= density);
    const [{ sparse }] = topology.projections as [Projection & { sparse: NonNullable<Projection["sparse"]> }];
    const expected = SIZE * SIZE * 8 <= sparse.targets!.length * (8 + 6);
    expect(isDense(topology)).toBe(expected);
    drawn[expected ? "dense" : "rows"]++;
  }
  expect(Math.min(drawn.dense, drawn.rows)).toBeGreaterThan(8);
});

/** A pointwise convolution; `pruned`: all its weights are zero. */
function pointwise(channels: number, side: number, pruned = false): Topology {
  const plane = [side, side] as const;
  const kernel: SharedKernel = {
    ...{ sourceChannels: channels, sourceArea: side * side, targetChannels: channels, targetArea: side * side, groups: 1, taps: 1 },
    ...{ input: plane, output: plane, size: [1, 1], stride: [1, 1], dilation: [1, 1], padding: [0, 0] },
    ...{ entering: null, present: pruned ? new Uint8Array(channels * channels) : null, windowTaps: null },
  };
  const rowStart = new Uint32Array(channels * side * side + 1);
  if (!pruned) for (const n of rowStart.keys()) rowStart[n] = n * channels;
  const projection = { source: 0, target: 1, recurrent: false, sparse: { rowStart, targets: null }, kernel };
  const neurons = channels * side * side;
  return { populations: [population("in", neurons, 0), population("n", neurons, 1)], projections: [projection] };
}

test("a shared kernel is held with its zeros, as one without zeros, or refused if their synapses cannot be numbered", () => {
  expect(heldBy(chip([1]), precision, pointwise(3, 4, true))).toEqual(pointwise(3, 4));
  expect(() => heldBy(chip([1]), precision, pointwise(4096, 16, true))).toThrow(
    /KERNEL_TOO_LARGE: a kernel with its zeros, needs 4294967296 synapses, has 4294967295 at most; set chip.convolution: unrolled/,
  );
});

test("convolutions that a chip unrolls are listed once for all formats, or refused with their number if there are too many", () => {
  const unrolled = (weightFormat: Chip["weightFormat"]): Chip => chip([1], { convolution: "unrolled", weightFormat });
  const small = pointwise(2, 5);
  const [rows, auto] = (["rows", "auto"] as const).map((format) => heldBy(unrolled(format), precision, small).projections[0].sparse);
  expect(rows?.targets).toEqual(Uint32Array.from({ length: 100 }, (_, k) => Math.floor((k % 50) / 2) + 25 * (k % 2)));
  expect(rows).toBe(auto);
  expect(heldBy(chip([1]), precision, small).projections).toEqual(small.projections);
  const said = /UNROLLED_TOO_LARGE: unrolled convolutions, needs 150994944 synapses, has 134217728 at most; set chip.convolution: shared/;
  const large = pointwise(96, 128);
  expect(() => heldBy(unrolled("rows"), precision, large)).toThrow(said);
  expect(heldBy(chip([1]), precision, large).projections).toEqual(large.projections);
});
