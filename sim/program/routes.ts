/**
 * Where each neuron's spikes go, as flat tables: route -> entries (one per destination core) -> segments (a row, or
 * part of one, at that core).
 *
 * If a population has only dense projections, in which all of its neurons have rows, they share one route. Each neuron
 * has two routes: one for all steps but an utterance's last, and one for the last (without recurrent projections,
 * because no step follows). Sizes are counted first, so tables are allocated once with the needed size: 8 bytes per
 * pair of entry and segment in sparse networks, and 8 more for its items.
 */
import { denseShare, hasDenseRow, type Projection, type RowReader, type Topology } from "../../arch/index.js";
import { rowsOf } from "../mapping/index.js";
import type { Block } from "./blocks.js";

export interface Routes {
  /** Number of each population's first neuron among all neurons. */
  readonly populationStart: Uint32Array;
  /** Route of each global neuron: [0] all steps but the last, [1] the last step of an utterance. */
  readonly routeOf: readonly [Uint32Array, Uint32Array];
  /** [routes + 1] */
  readonly entryStart: Uint32Array;
  /** [entries] core ids, ascending inside a route. */
  readonly entryCore: Uint16Array | Uint32Array;
  /** [entries + 1] */
  readonly segmentStart: Uint32Array;
  readonly segmentBlock: Uint16Array | Uint32Array;
  /** Sparse: items `from .. to - 1` of the projection. Dense: 0 and 0. */
  readonly segmentFrom: Uint32Array;
  readonly segmentTo: Uint32Array;
}

/** A projection as routes use it. */
interface Way {
  readonly projection: Projection;
  /** Blocks of its target's slices. */
  readonly blocks: readonly number[];
  /** Sparse: block of each target neuron, and rows with ascending targets; else null. */
  readonly sparse: { readonly blockOf: Int32Array; readonly reader: RowReader } | null;
}

/** Takes entries and segments in order; in the first pass it only counts them. */
class Tables {
  routes = 0;
  entries = 0;
  segments = 0;
  private entryStart = new Uint32Array(0);
  private entryCore: Uint16Array | Uint32Array = new Uint16Array(0);
  private segmentStart = new Uint32Array(0);
  private segmentBlock: Uint16Array | Uint32Array = new Uint16Array(0);
  private segmentFrom = new Uint32Array(0);
  private segmentTo = new Uint32Array(0);
  private filling = false;
  /** Segments of the open route: block, items. */
  private count = 0;
  private block = new Int32Array(256);
  private from = new Uint32Array(256);
  private to = new Uint32Array(256);

  constructor(private readonly blocks: readonly Block[]) {}

  private coreOf(block: number): number {
    return this.blocks[block].target.slice.core;
  }

  /** Allocates arrays of the counted size; the same routes follow once more. */
  allocate(): void {
    const widest = this.blocks.reduce((most, block) => Math.max(most, block.target.slice.core), 0);
    const { entries, segments } = this;
    this.entryStart = new Uint32Array(this.routes + 1);
    this.entryCore = widest < 65_536 ? new Uint16Array(entries) : new Uint32Array(entries);
    this.segmentStart = new Uint32Array(entries + 1);
    this.segmentBlock = this.blocks.length <= 65_536 ? new Uint16Array(segments) : new Uint32Array(segments);
    this.segmentFrom = new Uint32Array(segments);
    this.segmentTo = new Uint32Array(segments);
    this.filling = true;
    this.routes = 0;
    this.entries = 0;
    this.segments = 0;
  }

  /** Adds a segment to the open route, which is sorted by core, block, items. */
  add(block: number, from: number, to: number): void {
    if (this.count === this.block.length) {
      const { block: blocks, from: starts, to: ends } = this;
      this.block = new Int32Array(2 * this.count);
      this.from = new Uint32Array(2 * this.count);
      this.to = new Uint32Array(2 * this.count);
      this.block.set(blocks);
      this.from.set(starts);
      this.to.set(ends);
    }
    const core = this.coreOf(block);
    let at = this.count++;
    for (; at > 0; at--) {
      const before = this.block[at - 1];
      if ((before === block && this.from[at - 1] <= from) || (before !== block && this.inOrder(before, core, block))) break;
      this.block[at] = before;
      this.from[at] = this.from[at - 1];
      this.to[at] = this.to[at - 1];
    }
    this.block[at] = block;
    this.from[at] = from;
    this.to[at] = to;
  }

  private inOrder(before: number, core: number, block: number): boolean {
    const other = this.coreOf(before);
    return other < core || (other === core && before < block);
  }

  /** Closes the open route; returns its number. */
  close(): number {
    let last = -1;
    for (let k = 0; k < this.count; k++) {
      const core = this.coreOf(this.block[k]);
      if (core !== last) {
        if (this.filling) {
          this.entryCore[this.entries] = core;
          this.segmentStart[this.entries] = this.segments;
        }
        this.entries++;
        last = core;
      }
      if (this.filling) {
        this.segmentBlock[this.segments] = this.block[k];
        this.segmentFrom[this.segments] = this.from[k];
        this.segmentTo[this.segments] = this.to[k];
      }
      this.segments++;
    }
    this.count = 0;
    if (this.filling) {
      this.segmentStart[this.entries] = this.segments;
      this.entryStart[this.routes + 1] = this.entries;
    }
    return this.routes++;
  }

  get arrays() {
    const { entryStart, entryCore, segmentStart, segmentBlock, segmentFrom, segmentTo } = this;
    return { entryStart, entryCore, segmentStart, segmentBlock, segmentFrom, segmentTo };
  }
}

/**
 * Routes of a placed network. `ways`: in the order of the topology's projections; `tellsNeurons`: no two neurons share
 * a route.
 */
export function buildRoutes(topology: Topology, blocks: readonly Block[], ways: readonly Way[], tellsNeurons = false): Routes {
  const populationStart = new Uint32Array(topology.populations.length);
  let neurons = 0;
  topology.populations.forEach((population, i) => {
    populationStart[i] = neurons;
    neurons += population.neurons;
  });
  const routeOf: [Uint32Array, Uint32Array] = [new Uint32Array(neurons), new Uint32Array(neurons)];
  const tables = new Tables(blocks);

  const addNeuron = (used: readonly Way[], neuron: number): void => {
    for (const { projection, blocks: whole, sparse } of used) {
      const rows = rowsOf(topology, projection);
      if (neuron < rows.first || neuron >= rows.first + rows.count) continue;
      if (projection.sparse === null || sparse === null) {
        if (hasDenseRow(projection, neuron)) for (const block of whole) tables.add(block, 0, 0);
        continue;
      }
      const { blockOf, reader } = sparse;
      reader.read(neuron);
      const { targets, first } = reader;
      const start = projection.sparse.rowStart[neuron] - first;
      for (let k = first, end = first + reader.length; k < end; ) {
        const block = blockOf[targets[k]];
        const from = k;
        while (k < end && blockOf[targets[k]] === block) k++;
        tables.add(block, start + from, start + k);
      }
    }
  };
  const addAll = (): void => {
    topology.populations.forEach((population, p) => {
      const start = populationStart[p];
      const outgoing = ways.filter(({ projection }) => projection.source === p);
      for (const last of [0, 1] as const) {
        const used = outgoing.filter(({ projection }) => last === 0 || !projection.recurrent);
        if (last === 1 && used.length === outgoing.length) {
          routeOf[1].set(routeOf[0].subarray(start, start + population.neurons), start);
          continue;
        }
        const alike = ({ projection }: Way): boolean => {
          const { first, count } = rowsOf(topology, projection);
          return projection.sparse === null && count === population.neurons && denseShare(projection, first, count) === 1;
        };
        if (!tellsNeurons && used.every(alike)) {
          addNeuron(used, 0);
          routeOf[last].fill(tables.close(), start, start + population.neurons);
          continue;
        }
        for (let i = 0; i < population.neurons; i++) {
          addNeuron(used, i);
          routeOf[last][start + i] = tables.close();
        }
      }
    });
  };
  addAll();
  tables.allocate();
  addAll();
  return { populationStart, routeOf, ...tables.arrays };
}
