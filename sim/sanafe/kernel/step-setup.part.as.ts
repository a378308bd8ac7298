/** Calls by which the host builds chip, units, kinds of neurons, neurons, axons and synapses before the first step. */
import { record, row, table } from "../../../base/kernel/heap.part.as";
import { behind, inRow, isNone, none, strideOf, Table } from "../../../base/kernel/views.part.as";
import { setHeap } from "./event-heap.part.as";
import {
  Arrival,
  Axon,
  Core,
  Delivery,
  DendriteUnit,
  Kind,
  Message,
  Row,
  SomaUnit,
  SynapseUnit,
  Taps,
  Tile,
  Work,
} from "./step-records.part.as";

/** All tiles and cores of the chip; cores with neurons, and tiles with such cores, ascending. */
let tiles: Tile = none<Tile>();
let cores: Core = none<Core>();
export let coreCount: i32 = 0;
export let usedCores: Table<Core> = none<Table<Core>>();
export let usedCoreCount: i32 = 0;
export let usedTiles: Table<Tile> = none<Table<Tile>>();
export let usedTileCount: i32 = 0;
/** Capacity of a link in messages. */
export let linkMessages: f64 = 1;
/** Upper bound of the time of any path. */
export let farthestS: f64 = 0;

export let synapseUnits: SynapseUnit = none<SynapseUnit>();
export let synapseUnitCount: i32 = 0;
export let dendriteUnits: DendriteUnit = none<DendriteUnit>();
export let dendriteUnitCount: i32 = 0;
export let somaUnits: SomaUnit = none<SomaUnit>();
export let somaUnitCount: i32 = 0;
/** Joules per step of units that are charged in every step. */
export let standingSynapseJ: f64 = 0;
export let standingDendriteJ: f64 = 0;
export let standingSomaJ: f64 = 0;

/** By neuron index: potential, its current, and remaining refractory steps. */
export let potential: Table<f64> = none<Table<f64>>();
export let filtered: Table<f64> = none<Table<f64>>();
export let resting: Table<f64> = none<Table<f64>>();
/** By neuron index: the input, which counts only if present. */
export let current: Table<f64> = none<Table<f64>>();
export let isPresent: Table<u8> = none<Table<u8>>();
/** By neuron index: IDLE, UPDATED or FIRED. The host writes that of inputs before a step. */
export let status: Table<u8> = none<Table<u8>>();
/**
 * By neuron index: number added to the potential for the comparison with the threshold; the host writes it before a
 * step.
 */
export let jitter: Table<i32> = none<Table<i32>>();
/** By neuron index: the neuron has fired and not sent yet. */
export let pending: Table<bool> = none<Table<bool>>();
export let neurons: Table<i32> = none<Table<i32>>();
export let works: Table<Work> = none<Table<Work>>();
export let dendritesOf: Table<DendriteUnit> = none<Table<DendriteUnit>>();
/** By neuron index: its axons, from the first up to the end. */
export let firstAxons: Table<Axon> = none<Table<Axon>>();
export let endAxons: Table<Axon> = none<Table<Axon>>();
/** Rows of cores whose somas run before the step's messages. */
export let earlyRows: Row = none<Row>();
export let endOfEarlyRows: Row = none<Row>();

/** By synapse: index of its neuron, as 16-bit numbers if these are enough for all neurons. One of the two tables is unused. */
export let targets: Table<i32> = none<Table<i32>>();
export let narrowTargets: Table<u16> = none<Table<u16>>();
/** [synapses] weights: as 32-bit numbers if these are exact for all of them. One of the two tables is unused. */
export let weights: Table<f64> = none<Table<f64>>();
export let narrowWeights: Table<f32> = none<Table<f32>>();
/** By synapse: its delay; none if every neuron has one sum. */
export let delays: Table<u8> = none<Table<u8>>();
export let tapsOfSynapses: Table<u16> = none<Table<u16>>();
/** By synapse: its unit, if its core has several. */
export let unitsOfSynapses: Table<SynapseUnit> = none<Table<SynapseUnit>>();

/**
 * By neuron index, if slots and neurons differ: its sums, the slot of the next step, its compartments. None: each index
 * has one sum, `current`.
 */
export let firstSlots: Table<i32> = none<Table<i32>>();
export let slotCounts: Table<u8> = none<Table<u8>>();
export let slotsNow: Table<u8> = none<Table<u8>>();
export let tapsOf: Table<Taps> = none<Table<Taps>>();
/** By slot. */
export let sums: Table<f64> = none<Table<f64>>();
export let isWritten: Table<u8> = none<Table<u8>>();

/** Start of a step's messages, which are consecutive. A neuron sends at most one per axon. */
export let messages: Message = none<Message>();
export let arrivals: Arrival = none<Arrival>();
/** Neurons that fired in this step. */
export let spikes: Table<i32> = none<Table<i32>>();

export function setChip(tileCount: i32, coresInAll: i32, perLink: f64, farthest: f64): void {
  tiles = row<Tile>(tileCount);
  coreCount = coresInAll;
  cores = changetype<Core>(table<u8>(coresInAll * <i32>strideOf<Core>()));
  usedCores = table<Core>(coresInAll);
  setHeap(2 * coresInAll);
  usedTiles = table<Tile>(tileCount);
  linkMessages = perLink;
  farthestS = farthest;
}

function tileAt(id: i32): Tile {
  return behind(tiles, id);
}

export function coreAt(id: i32): Core {
  return inRow(cores, id);
}

export function setTile(id: i32, x: i32, y: i32): void {
  const tile = tileAt(id);
  tile.x = x;
  tile.y = y;
}

/** Sets the time of a hop from the tile, and the energy of a hop towards it. */
export function setHops(id: i32, northS: f64, eastS: f64, southS: f64, westS: f64, northJ: f64, eastJ: f64, southJ: f64, westJ: f64): void {
  const tile = tileAt(id);
  tile.northS = northS;
  tile.eastS = eastS;
  tile.southS = southS;
  tile.westS = westS;
  tile.northJ = northJ;
  tile.eastJ = eastJ;
  tile.southJ = southJ;
  tile.westJ = westJ;
}

export function setCore(id: i32, tile: i32, from: i32, end: i32, outS: f64, messageInJ: f64, messageOutJ: f64): void {
  const core = coreAt(id);
  core.id = id;
  core.tile = tileAt(tile);
  core.from = from;
  core.end = end;
  core.outS = outS;
  core.messageInJ = messageInJ;
  core.messageOutJ = messageOutJ;
}

/** Adds a core with neurons; calls are in ascending order. */
export function addUsedCore(id: i32): void {
  const core = coreAt(id);
  usedCores[usedCoreCount++] = core;
  if (usedTileCount == 0 || changetype<usize>(usedTiles[usedTileCount - 1]) != changetype<usize>(core.tile))
    usedTiles[usedTileCount++] = core.tile;
}

/** Makes its somas run late, in `count` rows from `rows` on. */
export function setLate(id: i32, rows: Row, count: i32): void {
  const core = coreAt(id);
  core.isLate = true;
  core.firstRow = rows;
  core.endRow = behind(rows, count);
}

export function setUnits(synapses: i32, dendrites: i32, somas: i32, synapseJ: f64, dendriteJ: f64, somaJ: f64): void {
  synapseUnits = row<SynapseUnit>(synapses);
  synapseUnitCount = synapses;
  dendriteUnits = row<DendriteUnit>(dendrites);
  dendriteUnitCount = dendrites;
  somaUnits = row<SomaUnit>(somas);
  somaUnitCount = somas;
  standingSynapseJ = synapseJ;
  standingDendriteJ = dendriteJ;
  standingSomaJ = somaJ;
}

/** Returns a handle, as the functions below do. */
export function setSynapseUnit(i: i32, eventJ: f64): SynapseUnit {
  const unit = behind(synapseUnits, i);
  unit.eventJ = eventJ;
  return unit;
}

export function setDendriteUnit(i: i32, updateJ: f64, standing: f64): DendriteUnit {
  const unit = behind(dendriteUnits, i);
  unit.updateJ = updateJ;
  unit.standing = standing;
  return unit;
}

export function setSomaUnit(i: i32, accessJ: f64, updateJ: f64, spikeJ: f64, accesses: f64): SomaUnit {
  const unit = behind(somaUnits, i);
  unit.accessJ = accessJ;
  unit.updateJ = updateJ;
  unit.spikeJ = spikeJ;
  unit.accesses = accesses;
  return unit;
}

/** Units that all synapses and all neurons of a core use; 0 if there are several. */
export function setCoreUnits(id: i32, synapse: SynapseUnit, dendrite: DendriteUnit, runsDendrite: bool): void {
  const core = coreAt(id);
  core.synapse = synapse;
  core.dendrite = dendrite;
  core.runsDendrite = runsDendrite;
}

export function addWork(soma: SomaUnit, idleS: f64, updatedS: f64, firedS: f64): Work {
  const work = record<Work>();
  work.soma = soma;
  work.idleS = idleS;
  work.updatedS = updatedS;
  work.firedS = firedS;
  return work;
}

export function addKind(
  model: i32,
  resetMode: i32,
  reverseMode: i32,
  force: bool,
  towardsZero: bool,
  threshold: f64,
  reset: f64,
  reverseThreshold: f64,
  reverseReset: f64,
  bias: f64,
  leakDecay: f64,
  inputDecay: f64,
  refractoryDelay: f64,
  leak: f64,
): Kind {
  const kind = record<Kind>();
  kind.model = model;
  kind.resetMode = resetMode;
  kind.reverseMode = reverseMode;
  kind.force = force;
  kind.towardsZero = towardsZero;
  kind.threshold = threshold;
  kind.reset = reset;
  kind.reverseThreshold = reverseThreshold;
  kind.reverseReset = reverseReset;
  kind.bias = bias;
  kind.leakDecay = leakDecay;
  kind.inputDecay = inputDecay;
  kind.refractoryDelay = refractoryDelay;
  kind.leak = leak;
  return kind;
}

/** Tables by neuron index; those that only the kernel writes begin as zeros. */
export function setNeurons(
  count: i32,
  potentials: Table<f64>,
  statuses: Table<u8>,
  jitters: Table<i32>,
  numbers: Table<i32>,
  worksOf: Table<Work>,
  dendrites: Table<DendriteUnit>,
): void {
  potential = potentials;
  status = statuses;
  jitter = jitters;
  neurons = numbers;
  works = worksOf;
  dendritesOf = dendrites;
  filtered = table<f64>(count);
  resting = table<f64>(count);
  current = table<f64>(count);
  isPresent = table<u8>(count);
  pending = table<bool>(count);
  spikes = table<i32>(count);
  sums = current;
  isWritten = isPresent;
}

export function setRows(rows: Row, count: i32): void {
  earlyRows = rows;
  endOfEarlyRows = behind(rows, count);
}

/** For neurons with several sums or with compartments: see `addTaps`. */
export function setSlots(count: i32, slots: i32, first: Table<i32>, counts: Table<u8>): void {
  firstSlots = first;
  slotCounts = counts;
  slotsNow = table<u8>(count);
  tapsOf = table<Taps>(count);
  sums = table<f64>(slots);
  isWritten = table<u8>(slots);
}

export function addTaps(place: i32, count: i32, time: Table<f64>, space: Table<f64>): void {
  const taps = record<Taps>();
  taps.count = count;
  taps.time = time;
  taps.space = space;
  taps.charge = table<f64>(count);
  taps.incoming = table<f64>(count);
  taps.next = table<f64>(count);
  tapsOf[place] = taps;
}

export function setSynapses(
  places: Table<i32>,
  narrowPlaces: Table<u16>,
  weightsOf: Table<f64>,
  narrowWeightsOf: Table<f32>,
  delaysOf: Table<u8>,
  taps: Table<u16>,
  units: Table<SynapseUnit>,
): void {
  targets = places;
  narrowTargets = narrowPlaces;
  weights = weightsOf;
  narrowWeights = narrowWeightsOf;
  delays = delaysOf;
  tapsOfSynapses = taps;
  unitsOfSynapses = units;
}

/** `count` axons, and one more that ends the last one's synapses. */
let axons: Axon = none<Axon>();
let axonCount: i32 = 0;
let deliveries: Delivery = none<Delivery>();

export function setAxons(count: i32): void {
  axonCount = count;
  axons = row<Axon>(count + 1);
  messages = row<Message>(count);
  arrivals = row<Arrival>(count);
}

/** `delivery`: number of a delivery, which becomes a handle when there are deliveries. */
export function setAxon(i: i32, delivery: i32, firstSynapse: i32): void {
  const axon = behind(axons, i);
  axon.delivery = changetype<Delivery>(delivery);
  axon.firstSynapse = firstSynapse;
}

/** Called when all axons are set. */
export function setDeliveries(count: i32): void {
  deliveries = row<Delivery>(count);
  for (let i = 0; i < axonCount; i++) {
    const axon = behind(axons, i);
    axon.delivery = behind(deliveries, <i32>changetype<usize>(axon.delivery));
  }
}

export function setDelivery(i: i32, target: i32, processingS: f64): void {
  const delivery = behind(deliveries, i);
  delivery.target = coreAt(target);
  delivery.processingS = processingS;
}

/** By neuron index: axons from number `first` up to `end`, which become handles. */
export function setAxonsOf(count: i32, first: Table<i32>, end: Table<i32>): void {
  firstAxons = changetype<Table<Axon>>(first);
  endAxons = changetype<Table<Axon>>(end);
  for (let place = 0; place < count; place++) {
    firstAxons[place] = behind(axons, first[place]);
    endAxons[place] = behind(axons, end[place]);
  }
}
export function axonAt(i: i32): Axon {
  return behind(axons, i);
}

/** Index of the neuron of a synapse. */
@inline
export function targetOf(s: i32): i32 {
  return isNone(narrowTargets) ? targets[s] : narrowTargets.word(s);
}

@inline
export function isPlain(): bool {
  return isNone(firstSlots);
}
