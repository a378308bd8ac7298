/**
 * First-fit mapping in the network's order: a population fills core after core. After a population that had to be
 * split, the next one begins on a fresh core.
 */
import { InfeasibleError } from "../../base/errors.js";
import { doesNotFit } from "./does-not-fit.js";
import type { MappingTask, Room } from "./fit.js";
import { emptyRoom, largestFit, occupy, placedPopulations } from "./fit.js";
import { type Placement, placement, type Slice } from "./placement.js";

/** Neurons of one population that have no core yet. */
interface Remainder {
  readonly population: number;
  readonly firstNeuron: number;
  readonly neurons: number;
}

/** All neurons that cores have to hold, as remainders. */
export function everything(task: MappingTask): Remainder[] {
  return placedPopulations(task).map((p) => ({ population: p, firstNeuron: 0, neurons: task.topology.populations[p].neurons }));
}

/**
 * Fills `rooms` in order, and starts again at the first after the last. Returns what is left over, or null if all fits.
 */
export function fillSequentially(task: MappingTask, rooms: readonly Room[], remainders: readonly Remainder[], slices: Slice[]) {
  let at = 0;
  for (const remainder of remainders) {
    let first = remainder.firstNeuron;
    let left = remainder.neurons;
    let tried = 0;
    let wasSplit = false;
    while (left > 0) {
      if (tried === rooms.length) return { population: remainder.population, left };
      const room = rooms[at % rooms.length];
      const neurons = largestFit(task, room, remainder.population, first, left);
      if (neurons > 0) {
        const slice = { population: remainder.population, firstNeuron: first, neurons, core: room.core.id };
        occupy(task, room, slice);
        slices.push(slice);
        first += neurons;
        left -= neurons;
        tried = 0;
        wasSplit ||= left > 0;
      } else tried++;
      if (left > 0) at++;
    }
    if (wasSplit) at++;
  }
  return null;
}

/** Whether filling in order places everything. */
export function succeeds(task: MappingTask): boolean {
  return (
    fillSequentially(
      task,
      task.chip.cores.map((core) => emptyRoom(task, core)),
      everything(task),
      [],
    ) === null
  );
}

/** @throws InfeasibleError for the neurons that a strategy has left over */
export function rejectLeftOver(task: MappingTask, left: { population: number; left: number } | null): void {
  if (left === null) return;
  if (task.explains !== null) throw doesNotFit(task, left.population, left.left, task.explains);
  throw new InfeasibleError("MAP_CORES_FULL", "cores", `room for ${left.left} more neurons`, "none", "");
}

export function mapSequential(task: MappingTask): Placement {
  const slices: Slice[] = [];
  const rooms = task.chip.cores.map((core) => emptyRoom(task, core));
  rejectLeftOver(task, fillSequentially(task, rooms, everything(task), slices));
  return placement(task.topology, "sequential", slices);
}
