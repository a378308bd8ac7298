/**
 * The synapses of the ways between populations: counted first, refused where they are too many, then written into typed arrays.
 * A row is followed through all nodes of its routes before the next one, so that no matrix between two nodes is ever held.
 * Every position of a convolution has synapses of its own here; which weight of the kernel each is stands beside it.
 * Throws: InputError, with the number, before memory is taken.
 */
import type { SharedKernel } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { kernelOf } from "./shared-kernel.js";
import type { GraphWays, Way } from "./ways.js";

/** So many synapses are written down; they take 2.5 GiB. */
export const MOST_SYNAPSES = powerOfTwo(27);
/** A target and a place in a kernel (u32), a factor (float64), and a weight with its target as an engine takes them (2 and 2 bytes). */
const BYTES_PER_SYNAPSE = 20;

export interface Rows {
  /** [source neurons + 1]. */
  readonly rowStart: Uint32Array;
  /** Ascending in a row. */
  readonly targets: Uint32Array;
  readonly factors: Float64Array;
  /** The kernel that the factors are of, each the same wherever its place is met; null: there is no such one. */
  readonly kernel: SharedKernel | null;
}

/** Synapses of every way, in order. */
export function unrolled(graph: GraphWays, file: string): Rows[] {
  const starts = countedRows(graph, file);
  return graph.ways.map((way, w) => {
    const rowStart = starts[w];
    const rows = rowStart.length - 1;
    const targets = new Uint32Array(rowStart[rows]);
    const factors = new Float64Array(rowStart[rows]);
    const walker = walkerOf(graph, way);
    const kernel = kernelOf(way, rows, factors.length);
    for (let row = 0; row < rows; row++) {
      const { indices, length, values } = walker.walk(row);
      for (let e = 0, at = rowStart[row]; e < length; e++, at++) {
        targets[at] = indices[e];
        factors[at] = values[indices[e]];
      }
      kernel?.take(row, walker.entering(kernel.stage), rowStart[row], targets, factors, length);
    }
    return { rowStart, targets, factors, kernel: kernel?.shared() ?? null };
  });
}

/** Throws where the synapses are too many to write down. */
export function refuseTooMany(graph: GraphWays, file: string): void {
  countedRows(graph, file);
}

function walkerOf({ populations }: GraphWays, { source, target, routes }: Way): Walker {
  return new Walker(routes, populations[source].neurons, populations[target].neurons);
}

/** Starts of the rows of every way. */
function countedRows(graph: GraphWays, file: string): Uint32Array[] {
  const { populations, ways } = graph;
  let total = 0;
  let isWhole = true;
  let largest = { count: -1, name: "" };
  const starts = ways.map((way) => {
    const rows = populations[way.source].neurons;
    const rowStart = new Uint32Array(rows + 1);
    const walker = walkerOf(graph, way);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const known = walker.knownLength(row);
      // What has to be followed is counted no further than to the refusal.
      if (known === null && total + count > MOST_SYNAPSES) isWhole = false;
      else count += known ?? walker.walk(row).length;
      rowStart[row + 1] = count;
    }
    total += count;
    if (count > largest.count) largest = { count, name: `${populations[way.source].name} -> ${populations[way.target].name}` };
    return rowStart;
  });
  if (total <= MOST_SYNAPSES) return starts;
  throw inputError(
    file,
    `UNROLLED_TOO_LARGE: in integers, on a chip, it has ${isWhole ? "" : "more than "}${grouped(total)} synapses, every position of a convolution its own` +
      ` (${largest.name}: ${grouped(largest.count)}); they take ${gib(total)}, at most ${grouped(MOST_SYNAPSES)} are unrolled (${gib(MOST_SYNAPSES)})`,
    "run it in float (import nir --input), or take a smaller input, a larger stride, fewer channels",
  );
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
const gib = (synapses: number): string => `${((synapses * BYTES_PER_SYNAPSE) / powerOfTwo(30)).toPrecision(3)} GiB`;

/** What the spike of one source neuron reaches through every route of a way. */
class Walker {
  private readonly spike: Row;
  /** By route and stage. */
  private readonly rows: readonly (readonly Row[])[];
  private readonly sum: Row;

  constructor(
    private readonly routes: Way["routes"],
    sources: number,
    targets: number,
  ) {
    this.spike = new Row(sources);
    this.rows = routes.map((route) => route.map((stage) => new Row(stage.size)));
    this.sum = new Row(routes.length > 1 ? targets : 0);
  }

  /** Entries of a row, where they are known without following it to its end; else null. */
  knownLength(row: number): number | null {
    if (this.routes.length > 1) return null;
    const [route] = this.routes;
    let last = route.length - 1;
    while (last >= 0 && route[last].isOneToOne) last--;
    if (last < 0) return 1;
    const { fanOut } = route[last];
    if (fanOut === null) return null;
    const { indices, length } = this.follow(0, row, last);
    // Several entries may meet in one place.
    return length === 0 ? 0 : length === 1 ? fanOut[indices[0]] : null;
  }

  /** The whole row. */
  walk(row: number): Row {
    if (this.routes.length === 1) return this.follow(0, row, this.routes[0].length);
    this.sum.clear();
    for (let r = 0; r < this.routes.length; r++) {
      const { indices, length, values } = this.follow(r, row, this.routes[r].length);
      for (let e = 0; e < length; e++) this.sum.add(indices[e], values[indices[e]]);
    }
    return this.sum.sorted();
  }

  /** Places at which the row that was walked last enters a stage of the only route. */
  entering(stage: number): Uint32Array {
    const { indices, length } = stage === 0 ? this.spike : this.rows[0][stage - 1];
    return indices.subarray(0, length);
  }

  /** A row behind the first `stages` nodes of a route. */
  private follow(route: number, row: number, stages: number): Row {
    let here = this.spike;
    here.clear();
    here.add(row, 1);
    for (let s = 0; s < stages; s++) {
      const { targets } = this.routes[route][s];
      const next = this.rows[route][s];
      next.clear();
      const { indices, length, values } = here;
      for (let e = 0; e < length; e++) {
        const factor = values[indices[e]];
        targets(indices[e], (at, by) => next.add(at, factor * by));
      }
      here = next.sorted();
    }
    return here;
  }
}

/** A sparse row over `size` places: sums of what is added, and the places in order. */
class Row {
  length = 0;
  readonly indices: Uint32Array;
  /** [size]. */
  readonly values: Float64Array;
  private readonly seen: Uint8Array;

  constructor(size: number) {
    this.indices = new Uint32Array(size);
    this.values = new Float64Array(size);
    this.seen = new Uint8Array(size);
  }

  add(at: number, value: number): void {
    if (this.seen[at] === 0) {
      this.seen[at] = 1;
      this.indices[this.length++] = at;
    }
    this.values[at] += value;
  }

  sorted(): this {
    this.indices.subarray(0, this.length).sort();
    return this;
  }

  clear(): void {
    for (let e = 0; e < this.length; e++) {
      this.seen[this.indices[e]] = 0;
      this.values[this.indices[e]] = 0;
    }
    this.length = 0;
  }
}
