/**
 * Rows of a core for imported networks, as `rtl/lib/named_rows.sv` reads them: axons, the records of their rows, kinds
 * of rows, and the words of weights. A dense row is a row of columns. In a row that names its targets, weights are
 * stored beside the numbers of the targets. A row of a convolution has as many rows and columns as there are positions
 * at which a spike meets its kernel.
 */
import { axesOf, type Core, coreNeedsOf, type Packing, rowLanes, type SharedKernel } from "../arch/index.js";
import { InvariantError } from "../base/errors.js";
import { powerOfTwo } from "../base/math.js";
import { channelsIn, type Placement, synapseItemBits } from "../sim/mapping/index.js";
import type { Block, Program } from "../sim/program/index.js";
import type { RtlNetwork } from "./cells.js";
import { packed } from "./words.js";

/** Numbers of a kind of row for `positions.sv` and the lanes. */
type Kind = readonly number[];

export interface RowTables {
  readonly kinds: readonly Kind[];
  /** First axon of each source population; 0: the population has none here. */
  readonly axonStarts: readonly number[];
  /** Offset from an axon to its copy for an utterance's last step; 0: both are the same. */
  readonly lastAxons: number;
  /** Index of an axon's first row, and of the row after its last one. */
  readonly axons: readonly (readonly [from: number, to: number])[];
  /** Kind, first word, column, row, target, word and bit of the first synapse, number of synapses. */
  readonly segments: readonly (readonly number[])[];
  /** By population: its first neuron on the core, and the index of that neuron's route; routes of later ones follow. */
  readonly routePlaces: readonly (readonly [firstNeuron: number, place: number])[];
  /**
   * Routes of the core's neurons: one bit per core to which spikes go, in all steps of an utterance except the last,
   * and in the last.
   */
  readonly routes: readonly (readonly [number, number])[];
  /** Words of the synapse memory, in order. */
  readonly words: readonly bigint[];
  /** Most synapses of a group; most words of one bank that hold a group's sums. */
  readonly groupItems: number;
  readonly bankWords: number;
  /** Largest sum of a synapse's bit and the step to the next one, before it goes on to the next word. */
  readonly farthestBit: number;
}

/** Parts from which the rows are made. */
interface RowParts {
  readonly placement: Placement;
  readonly program: Program;
  readonly network: RtlNetwork;
  readonly precision: Parameters<typeof synapseItemBits>[2];
}

/** Number of columns for a row that ends with its synapses: no column ever reaches it. */
const ENDLESS = 0;

const NO_KIND: Kind = new Array<number>(16).fill(0);
const NO_SEGMENT: readonly number[] = new Array<number>(8).fill(0);

/** Positions at which a source meets a kernel. */
interface Meeting {
  readonly rows: number;
  readonly columns: number;
  readonly rowTarget: number;
  readonly columnTarget: number;
  readonly rowPlace: number;
  readonly columnPlace: number;
  readonly target: number;
  readonly place: number;
}

function meetingOf(kernel: SharedKernel, axes: ReturnType<typeof axesOf>, source: number): Meeting {
  const { entering, input, output, size, taps } = kernel;
  const [rows, columns] = axes;
  const place = entering === null ? source : entering[source];
  const x = place % input[1];
  const y = Math.floor(place / input[1]) % input[0];
  const [r, c] = [rows.start[y], columns.start[x]];
  const [rowCount, columnCount] = [rows.start[y + 1] - r, columns.start[x + 1] - c];
  const stepOf = (of: Int32Array, at: number, count: number): number => (count > 1 ? of[at + 1] - of[at] : 0);
  return {
    rows: rowCount,
    columns: columnCount,
    rowTarget: stepOf(rows.out, r, rowCount) * output[1],
    columnTarget: stepOf(columns.out, c, columnCount),
    // taps are counted backwards
    rowPlace: -stepOf(rows.tap, r, rowCount) * size[1],
    columnPlace: -stepOf(columns.tap, c, columnCount),
    target: rows.out[r] * output[1] + columns.out[c],
    place: taps - 1 - (rows.tap[r] * size[1] + columns.tap[c]),
  };
}

class Rows {
  private readonly kinds = new Map<string, number>();
  private readonly made: Kind[] = [];
  private readonly addresses = new Map<string, number>();
  private readonly axes = new Map<SharedKernel, ReturnType<typeof axesOf>>();
  readonly words: bigint[] = [];
  groupItems = 1;
  bankWords = 1;
  farthestBit = 0;

  constructor(
    private readonly parts: RowParts,
    private readonly core: Core,
  ) {}

  get all(): readonly Kind[] {
    return this.made;
  }

  private itemBits(block: Block): number {
    const { placement, precision } = this.parts;
    const { topology } = placement;
    return synapseItemBits(topology, topology.projections[block.projection], precision, block.target.slice.neurons);
  }

  /** Most items of a group, in as many lanes as are built. */
  private groupOf({ groupItems, weightsPerItem }: Block): number {
    return Math.min(groupItems, Math.max(1, Math.floor(rowLanes(coreNeedsOf(this.parts.placement.topology)) / weightsPerItem)));
  }

  private kindOf(block: Block, columns: number, rows: number, steps: readonly (readonly [target: number, item: number])[]): number {
    const { synapse, target } = block;
    const bits = this.itemBits(block);
    const groupItems = this.groupOf(block);
    const where = steps.flatMap(([to, items]) => [to, Math.floor(items / synapse.itemsPerWord), (items % synapse.itemsPerWord) * bits]);
    const isWritten = block.items !== null && block.items.words === null;
    const bases = [0, 1].map((buffer) => target.accumulatorBase + buffer * target.accumulatorWords);
    const used = synapse.itemsPerWord * bits;
    const kind = [columns, rows, used, ...where, groupItems, isWritten ? bits : 0, ...bases];
    const name = kind.join();
    const found = this.kinds.get(name) ?? this.made.push(kind) - 1;
    this.kinds.set(name, found);
    this.groupItems = Math.max(this.groupItems, groupItems);
    this.farthestBit = Math.max(this.farthestBit, used - bits + Math.max(...where.filter((_, i) => i % 3 === 2)));
    return found;
  }

  /** Address of a row, which is written when it is first used. */
  private addressOf(name: string, itemsOf: () => readonly bigint[], bits: number, { itemsPerWord }: Packing): number {
    const known = this.addresses.get(name);
    if (known !== undefined) return known;
    const at = this.words.length;
    const items = itemsOf();
    for (let i = 0; i < items.length; i += itemsPerWord) {
      let word = 0n;
      for (let k = Math.min(itemsPerWord, items.length - i) - 1; k >= 0; k--) word = (word << BigInt(bits)) | items[i + k];
      this.words.push(word);
    }
    this.addresses.set(name, at);
    return at;
  }

  private weight = (value: number): bigint => packed([[value, this.parts.precision.weightBits]]);

  private countBanks(block: Block, targets: ArrayLike<number>, first: number, count: number): void {
    const { target } = block;
    const groupItems = this.groupOf(block);
    const { banks } = this.core.stateMemory;
    const { itemsPerWord } = target.accumulators;
    for (let from = 0; from < count; from += groupItems) {
      const words = new Set<number>();
      for (let k = from; k < Math.min(from + groupItems, count); k++)
        words.add(Math.floor((targets[first + k] - target.slice.firstNeuron) / itemsPerWord));
      const perBank = new Map<number, number>();
      for (const word of words) perBank.set(word % banks, (perBank.get(word % banks) ?? 0) + 1);
      this.bankWords = Math.max(this.bankWords, ...perBank.values());
    }
  }

  /** Name of a source's row in a block; sources that share a row have one name. */
  private rowName({ projection, target }: Block, source: number): string {
    const { rowOf } = this.parts.placement.topology.projections[projection];
    return `${projection}/${target.slice.firstNeuron}/${rowOf?.[source] ?? source}`;
  }

  /** The record of a source's row in a block, or of a part of it: items `from .. to - 1` of its projection. */
  segment(block: Block, source: number, from: number, to: number): readonly number[] {
    const { placement, network } = this.parts;
    const { topology } = placement;
    const { items, synapse, target } = block;
    const { firstNeuron, neurons } = target.slice;
    const projection = topology.projections[block.projection];
    const plain = [
      [1, 1],
      [0, 0],
      [0, 0],
    ] as const;
    if (items === null) {
      const row = network.rowOf(block.projection, source);
      const weights = () => Array.from({ length: block.rowItems }, (_, k) => this.weight(row(firstNeuron + k, 0)));
      const address = this.addressOf(this.rowName(block, source), weights, this.itemBits(block), synapse);
      this.countBanks(
        block,
        Array.from({ length: neurons }, (_, k) => firstNeuron + k),
        0,
        neurons,
      );
      return [this.kindOf(block, ENDLESS, 1, plain), address, 0, 0, 0, 0, 0, block.rowItems];
    }
    items.read(from, to);
    const { targets, first } = items;
    this.countBanks(block, targets, first, to - from);
    if (items.words === null) {
      const row = network.rowOf(block.projection, source);
      const written = () =>
        Array.from(
          targets.subarray(first, first + to - from),
          (neuron) => (BigInt(neuron - firstNeuron) << BigInt(this.parts.precision.weightBits)) | this.weight(row(neuron, 0)),
        );
      const address = this.addressOf(this.rowName(block, source), written, this.itemBits(block), synapse);
      return [this.kindOf(block, ENDLESS, 1, plain), address, 0, 0, 0, 0, 0, to - from];
    }
    const { kernel, sparse } = projection;
    if (kernel === undefined || sparse === null) throw new InvariantError("rtl rows", null, "a kernel's rows have no kernel");
    return this.kernelSegment(block, kernel, source, from - sparse.rowStart[source], to - from);
  }

  private kernelSegment(block: Block, kernel: SharedKernel, source: number, skipped: number, count: number): readonly number[] {
    const { sourceArea, sourceChannels, targetChannels, targetArea, groups, taps, output } = kernel;
    const { firstNeuron, neurons } = block.target.slice;
    const axes = this.axes.get(kernel) ?? axesOf(kernel, kernel.windowTaps);
    this.axes.set(kernel, axes);
    const m = meetingOf(kernel, axes, source);
    const channel = Math.floor(source / sourceArea);
    const each = targetChannels / groups;
    const group = Math.floor(channel / (sourceChannels / groups)) * each;
    const here = channelsIn(kernel, channel, firstNeuron, neurons);
    const positions = m.rows * m.columns;
    const [o, p] = [group + Math.floor(skipped / positions), skipped % positions];
    const [row, column] = [Math.floor(p / m.columns), p % m.columns];
    const place = (o - here.from) * taps + m.place + row * m.rowPlace + column * m.columnPlace;
    const target = o * targetArea + m.target + row * m.rowTarget + column * m.columnTarget - firstNeuron;
    const back: readonly [number, number] = [(m.columns - 1) * m.columnTarget, (m.columns - 1) * m.columnPlace];
    const steps: readonly (readonly [number, number])[] = [
      [m.columnTarget, m.columnPlace],
      [m.rowTarget - back[0], m.rowPlace - back[1]],
      [targetArea - (m.rows - 1) * m.rowTarget - back[0], taps - (m.rows - 1) * m.rowPlace - back[1]],
    ];
    // a step that is never taken can have any value
    const taken = steps.map(([to, items], i): readonly [number, number] =>
      (i === 0 && m.columns === 1) || (i === 1 && m.rows === 1) ? [0, 0] : [to, items],
    );
    if (output[0] * output[1] !== targetArea) throw new InvariantError("rtl rows", null, "a channel is no plane");
    const weights = () => {
      const read = this.parts.network.kernelOf(block.projection);
      return Array.from({ length: here.count * taps }, (_, k) =>
        this.weight(read(channel, here.from - group + Math.floor(k / taps), k % taps)),
      );
    };
    const { synapse } = block;
    const address = this.addressOf(`${block.projection}/${firstNeuron}/kernel ${channel}`, weights, this.itemBits(block), synapse);
    const [word, item] = [Math.floor(place / synapse.itemsPerWord), place % synapse.itemsPerWord];
    const kind = this.kindOf(block, m.columns, m.rows, taken);
    return [kind, address, column, row, target, word, item * this.itemBits(block), count];
  }
}

/**
 * Destinations of the spikes of the core's neurons. `dispatch.sv` adds to a population's place, so neurons between two
 * slices of a population have rows too, which nothing reads.
 */
function routesFrom({ placement, program }: RowParts, core: Core): Pick<RowTables, "routePlaces" | "routes"> {
  const { populationStart, routeOf, entryStart, entryCore } = program;
  const position = new Map(placement.usedCores.map((id, i) => [id, i]));
  const coresOf = (route: number): number =>
    Array.from(entryCore.subarray(entryStart[route], entryStart[route + 1])).reduce(
      (sum, id) => sum + powerOfTwo(position.get(id) ?? 0),
      0,
    );
  const routes: [number, number][] = [];
  const routePlaces = placement.topology.populations.map((_, population): [number, number] => {
    const here = program.somaSlices[core.id].flatMap(({ slice }) => (slice.population === population ? slice : []));
    if (here.length === 0) return [0, 0];
    const first = Math.min(...here.map(({ firstNeuron }) => firstNeuron));
    const end = Math.max(...here.map(({ firstNeuron, neurons }) => firstNeuron + neurons));
    const place = routes.length;
    for (let n = first; n < end; n++) {
      const neuron = populationStart[population] + n;
      routes.push([coresOf(routeOf[0][neuron]), coresOf(routeOf[1][neuron])]);
    }
    return [first, place];
  });
  return { routePlaces, routes };
}

/** Rows of a core. */
export function rowTables(parts: RowParts, core: Core): RowTables {
  const { placement, program } = parts;
  const { populations } = placement.topology;
  const { populationStart, routeOf, entryStart, entryCore, segmentStart, segmentBlock, segmentFrom, segmentTo } = program;
  const rows = new Rows(parts, core);
  const segments: (readonly number[])[] = [];
  const axonsOf = (last: 0 | 1): { readonly starts: number[]; readonly axons: (readonly [number, number])[] } => {
    const axons: (readonly [number, number])[] = [];
    const starts = populations.map(({ neurons }, p) => {
      const start = axons.length;
      for (let n = 0; n < neurons; n++) {
        const route = routeOf[last][populationStart[p] + n];
        const from = segments.length;
        for (let entry = entryStart[route]; entry < entryStart[route + 1]; entry++) {
          if (entryCore[entry] !== core.id) continue;
          for (let s = segmentStart[entry]; s < segmentStart[entry + 1]; s++)
            segments.push(rows.segment(program.blocks[segmentBlock[s]], n, segmentFrom[s], segmentTo[s]));
        }
        axons.push([from, segments.length]);
      }
      return start;
    });
    return { starts, axons };
  };
  const usual = axonsOf(0);
  const differs = routeOf[0].some((route, i) => route !== routeOf[1][i]);
  const last = differs ? axonsOf(1) : null;
  return {
    // a core that no source reaches has one kind and one row, which are never read
    kinds: rows.all.length > 0 ? rows.all : [NO_KIND],
    axonStarts: usual.starts,
    lastAxons: last === null ? 0 : usual.axons.length,
    axons: [...usual.axons, ...(last?.axons ?? [])],
    ...routesFrom(parts, core),
    segments: segments.length > 0 ? segments : [NO_SEGMENT],
    words: rows.words,
    groupItems: rows.groupItems,
    bankWords: rows.bankWords,
    farthestBit: rows.farthestBit,
  };
}
