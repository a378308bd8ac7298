/**
 * Follows a row of synapses from its source through the nodes of a way, so no matrix between two nodes is ever stored.
 */
import type { Way } from "./ways.js";

/** The targets of a source neuron's spike over all routes of a way. */
export class Walker {
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

  /** Number of entries of a row, if it is known without following the row to its end; else null. */
  knownLength(row: number): number | null {
    if (this.routes.length > 1) return null;
    const [route] = this.routes;
    let last = route.length - 1;
    while (last >= 0 && route[last].isOneToOne) last--;
    if (last < 0) return 1;
    const { fanOut } = route[last];
    if (fanOut === null) return null;
    const { indices, length } = this.follow(0, row, last);
    // several entries may reach the same place
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

  /** A row after the first `stages` nodes of a route. */
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

/** A sparse row over `size` places: sums of added values, and the places in order. */
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
