/** Random convolutions between populations. */
import type { Core, Projection, Scan, SharedKernel, Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { dressed } from "../../arch/random-kernel.js";
import { ofKernel } from "../../oracles/naive-rows.js";
import { dense, population, randomTrace } from "./fixtures.js";
import type { Case } from "./random-chips.js";

export interface Geometry {
  readonly channels: readonly [source: number, target: number];
  readonly size: readonly [height: number, width: number];
  readonly kernel: readonly [height: number, width: number];
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
}

export const sizeAfter = ({ size, kernel, stride, padding, dilation }: Geometry): readonly [number, number] => {
  const along = (axis: 0 | 1): number => Math.floor((size[axis] + 2 * padding - dilation * (kernel[axis] - 1) - 1) / stride) + 1;
  return [along(0), along(1)];
};

export const convolution = (source: number, target: number, geometry: Geometry): Projection => ofKernel(source, target, kernelOf(geometry));

function kernelOf(geometry: Geometry): SharedKernel {
  const { channels, size, kernel, stride, padding, dilation, groups } = geometry;
  const output = sizeAfter(geometry);
  return {
    ...{ sourceChannels: channels[0], sourceArea: size[0] * size[1], targetChannels: channels[1], targetArea: output[0] * output[1] },
    ...{ groups, taps: kernel[0] * kernel[1], input: size, output, size: kernel },
    ...{ stride: [stride, stride], dilation: [dilation, dilation], padding: [padding, padding] },
    ...{ entering: null, present: null, windowTaps: null },
  };
}

/** Features of a geometry. */
const said = ({ stride, padding, dilation, groups, kernel, channels }: Geometry): string[] => [
  `stride=${stride}`,
  `padding=${padding}`,
  `dilation=${dilation}`,
  groups === 1 ? "groups=1" : groups === channels[0] ? "depthwise" : "grouped",
  kernel[0] === 1 ? "one row" : "rows",
];
export const GEOMETRIES: readonly string[] = [
  ...["stride=1", "stride=2", "padding=0", "padding=1", "dilation=1", "dilation=2"],
  ...["groups=1", "depthwise", "grouped", "one row", "rows", "pooled", "delayed", "with zeros", "shared dense rows", "shared sparse rows"],
];

function geometryOf(rng: ReturnType<typeof createRng>, source: number, size: readonly [number, number]): Geometry {
  const pick = <Value>(...values: Value[]): Value => values[rng.int(0, values.length - 1)];
  for (;;) {
    const groups = pick(1, 1, source, ...(source % 2 === 0 ? [2] : []));
    const kernel = [pick(1, 2, 3), pick(1, 2, 3)] as const;
    const made: Geometry = {
      ...{ channels: [source, groups * pick(1, 2)], size, kernel },
      ...{ stride: pick(1, 1, 2), padding: pick(0, 1), dilation: pick(1, 1, 2), groups },
    };
    if (Math.min(...sizeAfter(made)) >= 1) return made;
  }
}

const notDense = (scan: Scan): Scan => (scan.policy === "dense" ? { ...scan, policy: "compressed" } : scan);

/** The case with a network of two convolutions, or of one and a dense layer, in place of its own. */
export function withConvolutions(c: Case): Case {
  const rng = createRng(c.seed, "convolutions");
  const size = [rng.int(2, 5), rng.int(2, 5)] as const;
  const first = geometryOf(rng, rng.int(1, 4), size);
  const between = sizeAfter(first);
  const second = geometryOf(rng, first.channels[1], between);
  const after = sizeAfter(second);
  const { kernel, said: dress } = dressed(rng, kernelOf(first));
  const populations = [
    population("input", kernel.sourceChannels * kernel.sourceArea, 0),
    population("hidden", first.channels[1] * between[0] * between[1], 1),
    population("more", second.channels[1] * after[0] * after[1], 2),
    population("readout", 3, 3, { payloadBits: 0, states: 0 }),
  ];
  const last = behindPool(createRng(c.seed, "behind a pool"), populations[2].neurons);
  const projections = [ofKernel(0, 1, kernel), convolution(1, 2, second), last];
  const topology: Topology = { populations, projections };
  const trace = randomTrace(topology, [3, 2], [0.3, 0.3, 0.3, 0.3], c.seed);
  const cores = c.chip.cores.map((core) => ({ ...core, maxNeurons: 1000 }));
  // sometimes DRAM or a dense scan, with which kernels are not shared
  const isOther = rng.float() < 0.2;
  const kept = isOther ? {} : { spill: null };
  const roomy = (core: Core): Core => ({ ...core, scan: notDense(core.scan), synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 24 } });
  const chip = { ...c.chip, ...kept, cores: isOther ? cores : cores.map(roomy) };
  const statesAway = c.statesAway && isOther;
  const rows = last.rowOf === undefined ? [] : [`shared ${last.sparse === null ? "dense" : "sparse"} rows`];
  const choices = [...c.choices, ...said(first), ...said(second), ...dress, ...rows];
  return { ...c, chip, statesAway, topology, trace, max: c.max * 5, choices };
}

/** Weights into the three neurons of the readout: a row per source, or rows that sources share, dense or with zeros. */
function behindPool(rng: ReturnType<typeof createRng>, sources: number): Projection {
  if (rng.float() < 0.4) return dense(2, 3);
  const places = Array.from({ length: sources }, () => rng.int(-1, Math.ceil(sources / 3)));
  const found = [...new Set(places.filter((place) => place >= 0))];
  const rowOf = Int32Array.from(places, (place) => found.indexOf(place));
  if (rng.float() < 0.5) return { ...dense(2, 3), rowOf };
  const rows = found.map(() => [0, 1, 2].filter((target) => target === 0 || rng.float() < 0.5));
  const targets = Array.from(rowOf, (row) => rows[row] ?? []);
  const rowStart = [0];
  for (const row of targets) rowStart.push((rowStart.at(-1) as number) + row.length);
  return { ...dense(2, 3), rowOf, sparse: { rowStart: Uint32Array.from(rowStart), targets: Uint32Array.from(targets.flat()) } };
}
