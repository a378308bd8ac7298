/**
 * Rows whose weights an address generator finds (`address-generator.ts`): all that are not dense. Along a convolution's
 * kernel, beside the number of its target, behind a bitmap or after a run of zeros, the place of a weight or of its sum
 * does not follow from the row's beginning. Along dense rows control logic counts (`control.ts`).
 *
 * An address is that of an item: a target's weights.
 * Not modelled: a core that finds dense rows by its generator, too, as the emitted one does (`rtl/lib/synapse.sv`).
 */
import { log2 } from "../base/math.js";
import type { Projection, SparseRows, Topology } from "./network.js";
import { homeOf } from "./part-name.js";
import { isSum, mostTargets } from "./rows.js";

/** Rows whose items have equal parts. */
export interface RowKind {
  /** Population of the targets, whose incoming weights may have a width of their own. */
  readonly into: string;
  /** Weights of an item. */
  readonly weights: number;
  /** Bits of the number of an item's target among the whole population; 0: items do not name their targets. */
  readonly numberBits: number;
  /** Bits of a run of zeros before an item; 0: there are none. */
  readonly runBits: number;
  /** Items of the longest row. */
  readonly items: number;
}

/** The largest values over all rows that are not dense. */
export interface GeneratorNeeds {
  /** Neurons of the target population. */
  readonly targets: number;
  /** Taps of the kernel; 0: no kernel is stored. */
  readonly taps: number;
  readonly rows: readonly RowKind[];
}

/** Whether a generator finds the weights of a projection. A sum of other cores has no weights. */
export const isGenerated = (projection: Projection): projection is Projection & { readonly sparse: SparseRows } =>
  projection.sparse !== null && !isSum(projection);

/** null: all rows are dense. */
export function generatorNeeds({ populations, projections }: Topology): GeneratorNeeds | null {
  const found = projections.filter(isGenerated);
  if (found.length === 0) return null;
  const kinds = new Map<string, RowKind>();
  for (const projection of found) {
    const { name, accumulators, neurons } = populations[projection.target];
    const into = homeOf(name);
    const runBits = runBitsIn(projection);
    const numberBits = targetBits(projection, neurons) - runBits;
    const kind = `${into}: ${numberBits}, ${runBits}`;
    const items = Math.max(longestRow(projection), kinds.get(kind)?.items ?? 0);
    kinds.set(kind, { into, weights: accumulators, numberBits, runBits, items });
  }
  return {
    targets: Math.max(...found.map(({ target }) => populations[target].neurons)),
    taps: Math.max(...found.map(({ kernel }) => kernel?.taps ?? 0)),
    rows: [...kinds.values()],
  };
}

const runBitsIn = ({ coding }: Pick<Projection, "coding">): number => (coding?.kind === "run-length" ? coding.runBits : 0);

/** Bits of an item, beside its weights, that locate its target among `neurons` targets of rows that are not dense. */
export function targetBits({ kernel, coding }: Pick<Projection, "kernel" | "coding">, neurons: number): number {
  if (kernel !== undefined || coding?.kind === "bitmap") return 0;
  return coding === undefined ? Math.ceil(log2(Math.max(1, neurons))) : coding.runBits;
}

/** Items of the longest row in memory; of a kernel's row, its weights. */
export function longestRow({ sparse: { rowStart }, kernel }: Pick<Projection, "kernel"> & { readonly sparse: SparseRows }): number {
  if (kernel !== undefined) return (kernel.targetChannels / kernel.groups) * kernel.taps;
  return mostTargets(rowStart);
}
