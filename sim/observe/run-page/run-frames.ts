/**
 * A recorded run as frames, one per wave: how long each core's two units work or wait for memories, how full its input
 * queue gets, what it sends and receives, and how many flits each link carries. A drawing of the run over time shows
 * them. Pure.
 */
import { type Chip, endsPerRouter, flitCyclesOn, nocTopology, portEnd, portName } from "../../../arch/index.js";
import { isPacketIn, isPacketOut, type Recorder } from "../../board/index.js";
import type { Placement } from "../../mapping/index.js";

/** Largest number of values in all frames; a longer recording loses its last waves, and the page says so. */
const MOST_NUMBERS = 1_500_000;

/** Position of a core: tile in x and y (north is up), place in its tile; and what runs on it. */
interface FrameCore {
  readonly core: number;
  readonly x: number;
  readonly y: number;
  readonly slot: number;
  readonly neurons: number;
  readonly populations: readonly string[];
  /** Capacity of its input queue in messages; null: unlimited. */
  readonly queueDepth: number | null;
}

/** One direction of a link between routers; positions in tiles. */
interface FrameLink {
  readonly name: string;
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
  /** Cycles for which a flit occupies it. */
  readonly flitCycles: number;
}

export interface RunFrames {
  readonly chip: string;
  /** Description of the network, e.g. `2 x 2 mesh`. */
  readonly network: string;
  readonly clockMhz: number;
  /** Tiles in x and in y, and cores of the largest tile. */
  readonly width: number;
  readonly height: number;
  readonly coresPerTile: number;
  readonly cores: readonly FrameCore[];
  readonly links: readonly FrameLink[];
  /** [frames] */
  readonly utterance: readonly number[];
  readonly wave: readonly number[];
  /** First cycle, first cycle in which no core works, first cycle of the next wave. */
  readonly startCycle: readonly number[];
  readonly workedCycle: readonly number[];
  readonly endCycle: readonly number[];
  /**
   * [frames][cores] cycles from asking for a batch until the state memory has served it, and from taking a message
   * until its rows are issued: waits for memories are included, which utilisation leaves out.
   */
  readonly somaCycles: readonly number[];
  readonly synapseCycles: readonly number[];
  /** True if a core scans densely: the rows of sources without a spike have no events, so they are in no frame. */
  readonly hasUnseenRows: boolean;
  /** [frames][cores] largest number of messages in the input queue. */
  readonly queued: readonly number[];
  /** [frames][cores] packets, those that end a step included; a spike that a core loops back to itself is none. */
  readonly sent: readonly number[];
  readonly received: readonly number[];
  /** [frames][links] flits. */
  readonly flits: readonly number[];
  /** Waves left out at the end. */
  readonly leftOut: number;
}

interface Wave {
  readonly utterance: number;
  readonly wave: number;
  readonly start: number;
  worked: number;
}

function wavesOf(recorder: Recorder): readonly Wave[] {
  const waves: Wave[] = [];
  for (const { kind, cycle, a, b } of recorder.recorded()) {
    if (kind === "wave") waves.push({ utterance: a, wave: b, start: cycle, worked: cycle });
    const last = waves.at(-1);
    if (kind === "worked" && last !== undefined) last.worked = Math.max(last.start, cycle);
  }
  return waves;
}

/**
 * Position of every router: that of its tile, or, for a router without a tile, right of the routers that it connects.
 */
function routerPlaces(chip: Chip, width: number): readonly (readonly [x: number, y: number])[] {
  const { noc } = chip;
  const cores = endsPerRouter(chip);
  const links = nocTopology(noc).links(noc, cores);
  const places: [number, number][] = [];
  const [columns] = nocTopology(noc).grid(noc);
  const tiles = chip.coresPerTile.length;
  for (let router = 0; router < cores.length; router++) {
    if (router < tiles && columns === width) {
      places.push([router % width, Math.floor(router / width)]);
      continue;
    }
    const joined = links.flatMap(({ from, to }) => (to === router && from < router ? [places[from]] : []));
    const mean = joined.reduce((sum, [, y]) => sum + y, 0) / Math.max(1, joined.length);
    places.push([Math.max(width - 1, ...joined.map(([x]) => x)) + 1, mean]);
  }
  return places;
}

function linksOf(chip: Chip, width: number): { readonly links: readonly FrameLink[]; readonly numberOf: ReadonlyMap<string, number> } {
  const places = routerPlaces(chip, width);
  const flitCycles = flitCyclesOn(chip);
  const links: FrameLink[] = [];
  const numberOf = new Map<string, number>();
  const add = (from: number, port: number, to: number): void => {
    numberOf.set(`${from} ${port}`, links.length);
    const [[fromX, fromY], [toX, toY]] = [places[from], places[to]];
    const name = portName(chip, from, port);
    links.push({ name: `router ${from} ${name}`, fromX, fromY, toX, toY, flitCycles: flitCycles({ router: from, port: name }) });
  };
  for (const { from, fromPort, to, toPort } of nocTopology(chip.noc).links(chip.noc, endsPerRouter(chip))) {
    add(from, fromPort, to);
    add(to, toPort, from);
  }
  return { links, numberOf };
}

/** Counts by frame and by core or link. */
class Table {
  readonly values: number[];
  constructor(
    frames: number,
    private readonly things: number,
  ) {
    this.values = new Array<number>(frames * things).fill(0);
  }
  add(frame: number, thing: number, by: number): void {
    this.values[frame * this.things + thing] += by;
  }
  raise(frame: number, thing: number, to: number): void {
    const at = frame * this.things + thing;
    if (to > this.values[at]) this.values[at] = to;
  }
}

/** The frames of a recording. If the recorder had no flits, links carry nothing. */
export function runFrames(recorder: Recorder, chip: Chip, placement: Placement): RunFrames {
  const { width } = chip.noc;
  const { links, numberOf } = linksOf(chip, width);
  const all = wavesOf(recorder);
  const perFrame = 5 * chip.cores.length + links.length;
  const waves = all.slice(0, Math.max(1, Math.floor(MOST_NUMBERS / perFrame)));
  const starts = waves.map(({ start }) => start);
  const next = all[waves.length]?.start;
  const ends = waves.map(({ worked }, i) => starts[i + 1] ?? next ?? Math.max(worked, recorder.endCycle));
  const frames = waves.length;
  const frameAt = (cycle: number): number => frameOf(starts, cycle);
  /** Later events belong to waves that are left out. */
  const until = next ?? Number.POSITIVE_INFINITY;
  const tables = { soma: coreTable(), synapse: coreTable(), queue: coreTable(), sent: coreTable(), received: coreTable() };
  function coreTable(): Table {
    return new Table(frames, chip.cores.length);
  }
  /** A unit works from `begin` to `done`, possibly on two things at once; its cycles are divided among the waves. */
  const worked = (table: Table, busyUntil: Float64Array, core: number, begin: number, done: number): void => {
    const from = Math.max(begin, busyUntil[core]);
    busyUntil[core] = Math.max(done, busyUntil[core]);
    for (let frame = frameAt(from); frame < frames && starts[frame] < done; frame++) {
      const cycles = Math.min(done, ends[frame]) - Math.max(from, starts[frame]);
      if (cycles > 0) table.add(frame, core, cycles);
    }
  };
  const port = portEnd(chip);
  const levels = new Float64Array(chip.cores.length);
  const somaUntil = new Float64Array(chip.cores.length);
  const synapseUntil = new Float64Array(chip.cores.length);
  const seenIn = new Int32Array(chip.cores.length).fill(-1);
  for (const event of recorder.sorted()) {
    const { kind, cycle, core, a } = event;
    if (cycle >= until) break;
    if (core < 0 || core === port) continue;
    if (kind === "batch") worked(tables.soma, somaUntil, core, cycle, a);
    else if (kind === "rows") worked(tables.synapse, synapseUntil, core, a, cycle);
    const frame = frameAt(cycle);
    if (isPacketOut(event)) tables.sent.add(frame, core, 1);
    else if (isPacketIn(event)) tables.received.add(frame, core, 1);
    else if (kind === "level") {
      // messages that a wave finds in the queue stay there until the first change
      for (let f = Math.max(0, seenIn[core]); f <= frame; f++) tables.queue.raise(f, core, levels[core]);
      levels[core] = a;
      seenIn[core] = frame;
      tables.queue.raise(frame, core, a);
    }
  }
  const flits = new Table(frames, links.length);
  for (const { kind, cycle, router, port: out } of recorder.flitEvents()) {
    const link = kind === "sent" ? numberOf.get(`${router} ${out}`) : undefined;
    if (link !== undefined && cycle < until) flits.add(frameAt(cycle), link, 1);
  }
  return {
    chip: chip.name,
    network: nocTopology(chip.noc).words(chip.noc),
    clockMhz: chip.technology.clockMhz,
    ...{ width, height: chip.coresPerTile.length / width, coresPerTile: Math.max(...chip.coresPerTile) },
    cores: coresOf(chip, placement, width),
    links,
    utterance: waves.map(({ utterance }) => utterance),
    wave: waves.map(({ wave }) => wave),
    startCycle: starts,
    workedCycle: waves.map(({ worked: done }, i) => Math.min(done, ends[i])),
    endCycle: ends,
    somaCycles: tables.soma.values,
    synapseCycles: tables.synapse.values,
    hasUnseenRows: chip.cores.some(({ scan }) => scan.policy === "dense"),
    queued: tables.queue.values,
    sent: tables.sent.values,
    received: tables.received.values,
    flits: flits.values,
    leftOut: all.length - waves.length,
  };
}

/** Last frame that begins at or before a cycle; `starts` ascend. */
function frameOf(starts: readonly number[], cycle: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= cycle) low = middle;
    else high = middle - 1;
  }
  return low;
}

function coresOf(chip: Chip, placement: Placement, width: number): readonly FrameCore[] {
  const slots = new Map<number, number>();
  return chip.cores.map(({ id, tile, inputQueue }) => {
    const slot = slots.get(tile) ?? 0;
    slots.set(tile, slot + 1);
    const slices = placement.slices.filter((slice) => slice.core === id);
    return {
      core: id,
      ...{ x: tile % width, y: Math.floor(tile / width), slot },
      neurons: slices.reduce((sum, slice) => sum + slice.neurons, 0),
      populations: [...new Set(slices.map((slice) => placement.topology.populations[slice.population].name))],
      queueDepth: Number.isFinite(inputQueue.depth) ? inputQueue.depth : null,
    };
  });
}
