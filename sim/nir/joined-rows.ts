/**
 * Which ways between two populations a chip holds as one projection: those of which no two connect the same two
 * neurons, e.g. those of one Delay node with a delay per neuron. Weights of other ways are stored, read and added once
 * per way.
 */
import { type RowReader, rowReader, writtenTargets } from "../../arch/index.js";
import type { LoweredMatrix } from "./lowered-graph.js";

type Rows = Pick<LoweredMatrix, "rowStart" | "targets" | "kernel">;

/**
 * Indices into `matrices`, which connect the same populations: each joins the first ones with which it shares no
 * synapse.
 */
export function joinedRows(matrices: readonly Rows[], targetNeurons: number): readonly (readonly number[])[] {
  const overlaps = overlapsOf(matrices, targetNeurons);
  const joined: number[][] = [];
  for (const [m, met] of overlaps.entries()) {
    const free = joined.find((group) => group.every((other) => !met.has(other)));
    if (free === undefined) joined.push([m]);
    else free.push(m);
  }
  return joined;
}

/** By matrix: earlier ones with a synapse between the same two neurons. */
function overlapsOf(matrices: readonly Rows[], targetNeurons: number): readonly ReadonlySet<number>[] {
  const overlaps = matrices.map(() => new Set<number>());
  let apart = (matrices.length * (matrices.length - 1)) / 2;
  const readers = matrices.map(readerOf);
  /** [target neurons] the row's last entry for a target; -1: none. */
  const lastOf = new Int32Array(targetNeurons).fill(-1);
  for (let row = 0; apart > 0 && row + 1 < matrices[0].rowStart.length; row++) {
    /** By entry of the row: its matrix, its target, and the entry before it with that target. */
    const entries: { readonly matrix: number; readonly target: number; readonly before: number }[] = [];
    for (const [m, reader] of readers.entries()) {
      reader.read(row);
      for (let k = reader.first; k < reader.first + reader.length; k++) {
        const target = reader.targets[k];
        const before = lastOf[target];
        for (let e = before; e >= 0 && overlaps[m].size < m; e = entries[e].before) {
          if (overlaps[m].has(entries[e].matrix)) continue;
          overlaps[m].add(entries[e].matrix);
          apart--;
        }
        lastOf[target] = entries.push({ matrix: m, target, before }) - 1;
      }
    }
    for (const { target } of entries) lastOf[target] = -1;
  }
  return overlaps;
}

const readerOf = ({ rowStart, targets, kernel }: Rows): RowReader =>
  rowReader({ sparse: { rowStart, targets }, kernel: kernel ?? undefined });

/** The rows of matrices that share no synapse, targets ascending. */
export function unionOf(matrices: readonly Rows[]): { readonly rowStart: Uint32Array; readonly targets: Uint32Array } {
  const rows = matrices[0].rowStart.length - 1;
  const rowStart = new Uint32Array(rows + 1);
  const written = matrices.map(({ rowStart: starts, targets, kernel }) => ({
    starts,
    all: writtenTargets({ sparse: { rowStart: starts, targets }, kernel: kernel ?? undefined }),
  }));
  const targets = new Uint32Array(written.reduce((sum, { all }) => sum + all.length, 0));
  for (let row = 0, end = 0; row < rows; row++) {
    for (const { starts, all } of written) {
      const own = all.subarray(starts[row], starts[row + 1]);
      targets.set(own, end);
      end += own.length;
    }
    targets.subarray(rowStart[row], end).sort();
    rowStart[row + 1] = end;
  }
  return { rowStart, targets };
}
