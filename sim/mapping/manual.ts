/**
 * Mapping by hand: named populations go to the named cores, in order and in equal parts; the rest is placed
 * sequentially around them.
 */
import { InfeasibleError, InputError, type Problem } from "../../base/errors.js";
import { doesNotFit } from "./does-not-fit.js";
import { emptyRoom, fullResource, largestFit, type MappingTask, occupy, placedPopulations } from "./fit.js";
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

/** A named core that cannot hold its part. */
interface FullCore {
  readonly population: number;
  readonly core: number;
  /** Neurons of the part, and how many of them fit. */
  readonly part: number;
  readonly room: number;
  /** The resource in which one more has no room. */
  readonly short: string;
}

/** Fills `slices`; returns what does not fit, or null if everything does. */
function fill(task: MappingTask, slices: Slice[]): FullCore | ReturnType<typeof fillSequentially> {
  const rooms = task.chip.cores.map((core) => emptyRoom(task, core));
  const rest = [];
  for (const remainder of everything(task)) {
    const { population } = remainder;
    const { name } = task.topology.populations[population];
    if (!Object.hasOwn(task.request.manual, name)) {
      rest.push(remainder);
      continue;
    }
    const cores = task.request.manual[name];
    let first = 0;
    for (const [i, core] of cores.entries()) {
      const part = Math.ceil((remainder.neurons - first) / (cores.length - i));
      if (part === 0) continue;
      const room = largestFit(task, rooms[core], population, first, part);
      if (room < part) return { population, core, part, room, short: String(fullResource(task, rooms[core], population, first, room + 1)) };
      const slice = { population, firstNeuron: first, neurons: part, core };
      occupy(task, rooms[core], slice);
      slices.push(slice);
      first += part;
    }
  }
  return fillSequentially(task, rooms, rest, slices);
}

/** The nearest change that fits: of the placement by hand, otherwise of the cores. */
function changeThatFits(task: MappingTask, fits: NonNullable<MappingTask["explains"]>, { population, part, room }: FullCore): string {
  const { request, topology, chip } = task;
  const { name } = topology.populations[population];
  const fitsWith = (manual: MappingTask["request"]["manual"]): boolean => fits({ ...task, request: { ...request, manual } });
  const { [name]: named, ...others } = request.manual;
  const free = chip.cores.flatMap(({ id }) => (named.includes(id) ? [] : [id]));
  const longer = free.map((_, i) => [...named, ...free.slice(0, i + 1)]).find((cores) => fitsWith({ ...others, [name]: cores }));
  const changes = [
    ...(longer === undefined ? [] : [`set mapping.manual.${name}: [${longer.join(", ")}]`]),
    ...(fitsWith(others) ? [`leave mapping.manual.${name} out`] : []),
  ];
  return changes.length > 0 ? changes.join(", or ") : doesNotFit(task, population, part - room, fits).fix;
}

/** @throws InputError for unknown populations, InfeasibleError if it does not fit */
export function mapManual(task: MappingTask): Placement {
  const problems = problemsOf(task);
  if (problems.length > 0) throw new InputError(problems);
  const slices: Slice[] = [];
  const left = fill(task, slices);
  if (left === null || !("core" in left)) rejectLeftOver(task, left);
  else {
    const { population, core, part, room, short } = left;
    throw new InfeasibleError(
      "MAP_MANUAL_FULL",
      `core[${core}] for ${task.topology.populations[population].name}`,
      `${part} neurons`,
      `room for ${room} (${short})`,
      task.explains === null ? "" : changeThatFits(task, task.explains, left),
    );
  }
  return placement(task.topology, "manual", slices);
}
