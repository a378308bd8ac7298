/**
 * Checks a placement, whoever made it: counts neuron by neuron and bit by bit, and the words of the final slices by the
 * layout that timing uses, without the mapper's own bookkeeping.
 * Throws `InvariantError` naming the first thing that is wrong.
 */

import {
  accumulatorBitsOf,
  type Chip,
  type Core,
  type Precision,
  type Projection,
  rowReader,
  stateBitsOf,
  weightBitsInto,
} from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { kernelWeightsInto } from "./kernel-checker.js";
import { projectionWords, rowsOf, stateRegions, synapseItemBits } from "./layout.js";
import type { Placement, Slice, SpilledRows, SpilledStates } from "./placement.js";
import { stateChunks } from "./state-chunks.js";

const holds = (states: SpilledStates, slice: Slice): boolean =>
  states.core === slice.core && states.population === slice.population && states.firstNeuron === slice.firstNeuron;
const isOf = (rows: SpilledRows, slice: Slice): boolean => rows.core === slice.core && rows.firstNeuron === slice.firstNeuron;

export function checkPlacement(placement: Placement, chip: Chip, precision: Precision, maxNeuronsPerCore: number | null): void {
  const { topology, slices, spilled } = placement;
  const fail = (message: string): never => {
    throw new InvariantError(`placement (${placement.strategy})`, null, message);
  };
  if (spilled.length > 0 && chip.spill === null) fail("weights are spilled, and the chip has no DRAM");
  for (const rows of spilled) {
    if (!slices.some((one) => isOf(rows, one) && topology.projections[rows.projection]?.target === one.population))
      fail(
        `rows of projection ${rows.projection} are spilled on core ${rows.core}, which has no such slice from neuron ${rows.firstNeuron} on`,
      );
  }
  if (placement.spilledStates.length > 0 && chip.spill === null) fail("states are spilled, and the chip has no DRAM");
  for (const states of placement.spilledStates) {
    if (!slices.some((one) => holds(states, one)))
      fail(
        `states of population ${states.population} are spilled on core ${states.core}, which has no such slice from neuron ${states.firstNeuron} on`,
      );
  }
  const homes = topology.populations.map((population) => new Int32Array(population.neurons).fill(-1));
  for (const slice of slices) {
    if (chip.cores[slice.core]?.id !== slice.core) fail(`core ${slice.core} does not exist`);
    const home = homes[slice.population] ?? fail(`population ${slice.population} does not exist`);
    if (slice.neurons < 1) fail(`an empty slice of ${topology.populations[slice.population].name} on core ${slice.core}`);
    for (let i = slice.firstNeuron; i < slice.firstNeuron + slice.neurons; i++) {
      if (home[i] === undefined) fail(`${topology.populations[slice.population].name} has no neuron ${i}`);
      if (home[i] !== -1) fail(`neuron ${i} of ${topology.populations[slice.population].name} is on cores ${home[i]} and ${slice.core}`);
      home[i] = slice.core;
    }
  }
  homes.forEach((home, population) => {
    const { name, accumulators } = topology.populations[population];
    if (chip.port !== null && accumulators === 0) {
      const held = home.findIndex((core) => core >= 0);
      if (held >= 0) fail(`neuron ${held} of ${name} is on core ${home[held]}, and behind the port`);
      return;
    }
    const lost = home.indexOf(-1);
    if (lost >= 0) fail(`neuron ${lost} of ${name} has no core`);
  });
  for (const core of chip.cores) {
    const here = slices.filter((slice) => slice.core === core.id);
    const neurons = here.reduce((sum, slice) => sum + slice.neurons, 0);
    if (neurons > core.maxNeurons) fail(`core ${core.id} holds ${neurons} neurons of ${core.maxNeurons}`);
    if (maxNeuronsPerCore !== null) {
      topology.populations.forEach((population, index) => {
        const held = here.filter((slice) => slice.population === index).reduce((sum, slice) => sum + slice.neurons, 0);
        if (held > maxNeuronsPerCore) fail(`core ${core.id} holds ${held} neurons of ${population.name}, limit ${maxNeuronsPerCore}`);
      });
    }
    // bits without padding: a lower bound for every layout
    let synapseBits = 0;
    let stateBits = 0;
    for (const slice of here) {
      const population = topology.populations[slice.population];
      const isAway = placement.spilledStates.some((states) => holds(states, slice));
      // of states in DRAM at least the current burst is on the chip, or all of them
      const states = slice.neurons * population.states * stateBitsOf(precision, population.name);
      stateBits += isAway ? Math.min(states, chip.spill?.burstBits ?? 0) : states;
      stateBits += slice.neurons * 2 * population.accumulators * accumulatorBitsOf(precision, population.name);
      for (const projection of topology.projections) {
        if (projection.target !== slice.population) continue;
        if (synapseItemBits(topology, projection, precision, 1) === 0) continue;
        if (spilled.some((rows) => isOf(rows, slice) && topology.projections[rows.projection] === projection)) continue;
        const weight = population.accumulators * weightBitsInto(precision, population.name);
        const rows = rowsOf(topology, projection);
        if (projection.sparse === null) synapseBits += rowsHeld(projection, rows) * slice.neurons * weight;
        else synapseBits += weight * weightsInto(projection, rows, slice);
      }
    }
    if (synapseBits > core.synapseMemory.sizeBits)
      fail(`core ${core.id} needs ${synapseBits} synapse bits of ${core.synapseMemory.sizeBits}`);
    if (stateBits > core.stateMemory.sizeBits) fail(`core ${core.id} needs ${stateBits} state bits of ${core.stateMemory.sizeBits}`);
    checkWords(placement, chip, precision, core, here, fail);
  }
  checkTables(placement, chip, homes, fail);
}

/** Words of the final slices, in which rows are padded and name their targets, against those of the core's memories. */
function checkWords(
  { topology, spilled, spilledStates }: Placement,
  { spill }: Chip,
  precision: Precision,
  core: Core,
  here: readonly Slice[],
  fail: (message: string) => never,
): void {
  const { id, synapseMemory, stateMemory } = core;
  let [synapse, state] = [0, 0];
  for (const slice of here) {
    topology.projections.forEach((projection, index) => {
      if (projection.target !== slice.population || spilled.some((rows) => rows.projection === index && isOf(rows, slice))) return;
      synapse += projectionWords(topology, projection, precision, synapseMemory.wordBits, slice.firstNeuron, slice.neurons);
    });
    const regions = stateRegions(topology, precision, stateMemory.wordBits, slice.population, slice.neurons);
    state += regions.totalWords;
    if (spill !== null && spilledStates.some((states) => holds(states, slice)))
      state += stateChunks(core, spill, regions).bufferWords - regions.stateWords;
  }
  const check = (kind: string, words: number, { sizeBits, wordBits }: Core["stateMemory"]): void => {
    const have = Math.floor(sizeBits / wordBits);
    if (words > have) fail(`core ${id} needs ${words} ${kind} words of ${have}`);
  };
  check("synapse", synapse, synapseMemory);
  check("state", state, stateMemory);
}

/** Number of dense rows of sources `rows`: their own, or those that they share. */
function rowsHeld({ rowOf }: Projection, { first, count }: ReturnType<typeof rowsOf>): number {
  return rowOf === undefined ? count : new Set(rowOf.subarray(first, first + count).filter((row) => row >= 0)).size;
}

/**
 * Weights for the synapses of a sparse projection into a slice: one per synapse of the rows, of which sources may share
 * some, or the kernel's weights that at least one of them uses.
 */
function weightsInto({ sparse, kernel, rowOf }: Projection, rows: ReturnType<typeof rowsOf>, { firstNeuron, neurons }: Slice): number {
  if (sparse === null) return 0;
  if (kernel !== undefined) return kernelWeightsInto(kernel, rows, firstNeuron, firstNeuron + neurons);
  const { rowStart, targets } = sparse;
  if (targets === null) throw new Error("rows without targets or a kernel");
  let synapses = 0;
  const counted = new Set<number>();
  for (let source = rows.first; source < rows.first + rows.count; source++) {
    const row = rowOf?.[source] ?? source;
    if (counted.has(row)) continue;
    counted.add(row);
    for (let k = rowStart[source]; k < rowStart[source + 1]; k++)
      if (targets[k] >= firstNeuron && targets[k] < firstNeuron + neurons) synapses++;
  }
  return synapses;
}

/** Follows every synapse from its source to its target's core. */
function checkTables({ topology }: Placement, { cores, noc }: Chip, homes: readonly Int32Array[], fail: (message: string) => never): void {
  if (cores.every(({ axonEntries, routeEntries }) => axonEntries === null && routeEntries === null)) return;
  const readers = new Map(
    topology.projections.map((projection) => [projection, projection.sparse === null ? null : rowReader(projection)]),
  );
  const axons = new Int32Array(cores.length);
  const routes = new Int32Array(cores.length);
  topology.populations.forEach(({ neurons }, population) => {
    for (let neuron = 0; neuron < neurons; neuron++) {
      const reached = new Set<number>();
      for (const projection of topology.projections) {
        const rows = rowsOf(topology, projection);
        if (projection.source !== population || neuron < rows.first || neuron >= rows.first + rows.count) continue;
        const home = homes[projection.target];
        const reader = readers.get(projection) ?? null;
        if (reader === null) {
          if ((projection.rowOf?.[neuron] ?? 0) >= 0) for (const core of home) reached.add(core);
        } else {
          reader.read(neuron);
          for (let k = reader.first; k < reader.first + reader.length; k++) reached.add(home[reader.targets[k]]);
        }
      }
      for (const core of reached) axons[core]++;
      const home = homes[population][neuron];
      if (home < 0) continue; // spikes from the host need no route entries
      const packets = reached.size - (reached.has(home) ? 1 : 0);
      routes[home] += noc.multicast === "tree" && packets > 0 ? 1 : packets;
    }
  });
  for (const { id, axonEntries, routeEntries } of cores) {
    if (axonEntries !== null && axons[id] > axonEntries)
      fail(`core ${id} takes in ${axons[id]} axons, its table has ${axonEntries} entries`);
    if (routeEntries !== null && routes[id] > routeEntries)
      fail(`core ${id} needs ${routes[id]} route entries, its table has ${routeEntries}`);
  }
}
