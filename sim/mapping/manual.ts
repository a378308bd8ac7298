/**
 * Mapping by hand: named populations go to the named cores, in order and in equal parts; the rest is placed
 * sequentially around them.
 */
import { InfeasibleError, InputError, type Problem } from "../../base/errors.js";
import { emptyRoom, largestFit, type MappingTask, occupy, placedPopulations } from "./fit.js";
import { type Placement, placement, type Slice } from "./placement.js";
import { everything, fillSequentially, rejectLeftOver } from "./sequential.js";

/** Checks the request against the network; its cores are checked with the description. */
function problemsOf(task: MappingTask): Problem[] {
  const names = task.topology.populations.map((population) => population.name);
  const held = placedPopulations(task);
  return Object.keys(task.request.manual).flatMap((name) => {
    const report = (message: string, fix: string): Problem[] => [
      { file: "mapping", line: null, column: null, path: `mapping.manual.${name}`, message, fix },
    ];
    if (!names.includes(name)) return report("no such population", `populations of this network: ${names.join(", ")}`);
    if (!held.includes(names.indexOf(name)))
      return report("is behind the port, and no core holds it", "leave it out, or set inputs.at: cores");
    return [];
  });
}

/**
 * Fills `slices`; returns what is left over, or null if everything fits.
 * @throws InfeasibleError if a named core cannot hold its part
 */
function fill(task: MappingTask, slices: Slice[]): ReturnType<typeof fillSequentially> {
  const rooms = task.chip.cores.map((core) => emptyRoom(task, core));
  const rest = [];
  for (const remainder of everything(task)) {
    const { name } = task.topology.populations[remainder.population];
    if (!Object.hasOwn(task.request.manual, name)) {
      rest.push(remainder);
      continue;
    }
    const cores = task.request.manual[name];
    let first = 0;
    for (const [i, core] of cores.entries()) {
      const part = Math.ceil((remainder.neurons - first) / (cores.length - i));
      if (part === 0) continue;
      const fits = largestFit(task, rooms[core], remainder.population, first, part);
      if (fits < part) {
        throw new InfeasibleError(
          "MAP_MANUAL_FULL",
          `core[${core}] for ${name}`,
          `${part} neurons`,
          `room for ${fits}`,
          `list more cores in mapping.manual.${name}, or leave it out`,
        );
      }
      const slice = { population: remainder.population, firstNeuron: first, neurons: part, core };
      occupy(task, rooms[core], slice);
      slices.push(slice);
      first += part;
    }
  }
  return fillSequentially(task, rooms, rest, slices);
}

/** Whether the same placement by hand fits on another chip. */
function fits(task: MappingTask): boolean {
  try {
    return fill(task, []) === null;
  } catch (error) {
    if (error instanceof InfeasibleError) return false;
    throw error;
  }
}

/** @throws InputError for unknown populations, InfeasibleError if it does not fit */
export function mapManual(task: MappingTask): Placement {
  const problems = problemsOf(task);
  if (problems.length > 0) throw new InputError(problems);
  const slices: Slice[] = [];
  rejectLeftOver(task, fill(task, slices), fits);
  return placement(task.topology, "manual", slices);
}
