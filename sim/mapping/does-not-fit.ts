/**
 * The error for a network that does not fit on a chip: the scarcest resource, its need, and the smallest change that
 * was tried and fits. Of strategies that use spikes, that with which filling in order fits: equal parts may need less,
 * and the error says so. Not modelled: route tables, which a placement by the strategy may overfill after the change;
 * the error says so.
 */
import { type Core, unlikeCores } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { placesBySpikes } from "./activity.js";
import { type MappingTask, placedPopulations, wordsOf } from "./fit.js";
import { type Growth, grownChip, STEP_BITS, smallest } from "./growth.js";

const kib = (bits: number): string => `${(bits / 8192).toFixed(1)} KiB`;

/** A resource of every core that can grow, counted in the steps in which it is proposed. */
interface Resource {
  readonly code: string;
  readonly name: string;
  readonly key: string;
  /** Largest of all cores. */
  readonly now: number;
  /** Enough for the whole network in one core. */
  readonly ample: number;
  /** Value of a step in the key's unit. */
  readonly unit: number;
  readonly growth: (value: number) => Growth;
  /** Needs and capacity of all cores together; null if they do not show the shortage. */
  readonly inAll: readonly [need: string, have: string] | null;
  /** Need of a core, and capacity of the largest. */
  readonly inCore: (value: number) => readonly [need: string, have: string];
}

function resourcesOf(task: MappingTask): readonly Resource[] {
  const { chip, topology } = task;
  const placed = placedPopulations(task);
  const neurons = placed.reduce((sum, p) => sum + topology.populations[p].neurons, 0);
  const largest = (value: (core: Core) => number): number => Math.max(...chip.cores.map(value));
  const sum = (value: (core: Core) => number): number => chip.cores.reduce((all, core) => all + value(core), 0);
  const inAll = (need: number, have: number, text: (value: number) => string): Resource["inAll"] => {
    const told = [text(need), text(have)] as const;
    // what is set below is a core's
    const all = chip.cores.length > 1 ? `${told[0]} in all` : told[0];
    return need > have && told[0] !== told[1] ? [all, told[1]] : null;
  };
  const memory = (kind: "synapse" | "state", code: string, growth: Resource["growth"]): Resource => {
    const of = (core: Core) => core[`${kind}Memory`];
    // a population's bits differ with a core's words
    const bitsIn = (population: number): readonly number[] => {
      const whole = { population, firstNeuron: 0, neurons: topology.populations[population].neurons };
      return unlikeCores(chip).map((core) => wordsOf(task, core, whole)[kind] * of(core).wordBits);
    };
    const wholes = placed.map(bitsIn);
    const [least, most] = [Math.min, Math.max].map((pick) => wholes.reduce((sum, bits) => sum + pick(...bits), 0));
    const now = largest((core) => of(core).sizeBits) / STEP_BITS;
    const size = (value: number): string => `${(value * STEP_BITS) / 8192} KiB in a core`;
    return {
      ...{ code, name: `${kind} memory`, key: `tile.core.${kind}_memory.size_kib`, now, unit: STEP_BITS / 8192, growth },
      ample: Math.floor((most * 2 + 8192) / STEP_BITS),
      inAll: inAll(
        least,
        sum((core) => of(core).sizeBits),
        kib,
      ),
      inCore: (value) => [size(value), size(Math.floor(now))],
    };
  };
  const slots = { now: largest((core) => core.maxNeurons), have: sum((core) => core.maxNeurons) };
  // every neuron may be a source, also those behind the port
  const sources = topology.populations.reduce((all, population) => all + population.neurons, 0);
  const entries = largest((core) => core.axonEntries ?? sources);
  return [
    memory("synapse", "MAP_SYNAPSE_MEMORY_FULL", (value) => ({ synapseBits: value * STEP_BITS })),
    memory("state", "MAP_STATE_MEMORY_FULL", (value) => ({ stateBits: value * STEP_BITS })),
    {
      ...{ code: "MAP_NEURONS_FULL", name: "neuron slots", key: "tile.core.max_neurons", now: slots.now, ample: neurons, unit: 1 },
      growth: (value) => ({ neurons: value }),
      inAll: inAll(neurons, slots.have, (count) => `${count} neurons`),
      inCore: (value) => [`${value} neurons in a core`, `${slots.now} neurons in a core`],
    },
    {
      ...{ code: "MAP_AXON_TABLE_FULL", name: "axon table", key: "tile.core.axon_table.entries", now: entries, ample: sources, unit: 1 },
      growth: (value) => ({ axons: value }),
      inAll: null,
      inCore: (value) => [`${value} axons in a core`, `${entries} entries`],
    },
  ];
}

/**
 * By resource: the value that every core needs, or 0 if it can stay as it is; together they fit. null: not even ample
 * values do. What suffices as it is while the others are ample stays so if it can; then the others shrink one by one,
 * the scarcest first, again and again until none shrinks further: what a resource needs beside ample others can be more
 * than what it needs beside others of their own size, for cores that are filled less need fewer words.
 */
function leastGrowth(resources: readonly Resource[], tries: (values: readonly number[]) => boolean): readonly number[] | null {
  const tried = new Map<string, boolean>();
  const fits = (values: readonly number[]): boolean => {
    const key = values.join();
    const known = tried.get(key) ?? tries(values);
    tried.set(key, known);
    return known;
  };
  const values = resources.map(({ ample }) => ample);
  if (!fits(values)) return null;
  const works = (i: number) => (value: number) => fits(values.map((held, at) => (at === i ? value : held)));
  // a larger value than the largest core's: each core has it when it is typed
  const own = (i: number): number => Math.ceil(resources[i].now) - 1;
  const least = (i: number, above: number): number => smallest(above, values[i], works(i)) ?? values[i];
  const alone = resources.map((_, i) => (works(i)(0) ? 0 : least(i, own(i))));
  const scarcity = (i: number): number => alone[i] / Math.max(1, resources[i].now);
  const order = [...resources.keys()].sort((a, b) => Number(alone[a] > 0) - Number(alone[b] > 0) || scarcity(b) - scarcity(a));
  for (const i of order) values[i] = works(i)(alone[i]) ? alone[i] : least(i, Math.max(alone[i], own(i)));
  for (let before = Number.POSITIVE_INFINITY; sum(values) < before; ) {
    before = sum(values);
    for (const i of order) if (values[i] > 0 && works(i)(values[i] - 1)) values[i] = works(i)(0) ? 0 : least(i, own(i));
  }
  return values;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** `tryFill`: of `MappingTask.explains`. */
export function doesNotFit(task: MappingTask, population: number, left: number, tryFill: (task: MappingTask) => boolean): InfeasibleError {
  const { chip, topology, request } = task;
  const said = topology.populations[population].name;
  const name = /^\d/.test(said) ? `population ${said}` : said; // nodes of a NIR file may have numbers for names
  const where = chip.cores.length === 1 ? "core[0]" : `core[0..${chip.cores.length - 1}]`;
  const limit = request.maxNeuronsPerCore;
  const resources = resourcesOf(task);
  const total = placedPopulations(task).reduce((sum, p) => sum + topology.populations[p].neurons, 0);
  const fitsUnder = (most: number | null) => (values: readonly number[]) =>
    tryFill({
      ...task,
      request: { ...request, maxNeuronsPerCore: most },
      chip: grownChip(chip, Object.assign({}, ...resources.map(({ growth }, i) => growth(values[i])))),
    });
  const asItIs = resources.map(() => 0);
  const smallestLimit = (values: readonly number[]): number => smallest(limit ?? 0, total, (value) => fitsUnder(value)(values)) ?? total;
  const isBound = chip.cores.length > 1 && placesBySpikes(request.strategy);
  const remarks = [
    ...(isBound ? ["less may do in equal parts"] : []),
    // routes are known only after placing, which is not tried here
    ...(chip.cores.some(({ routeEntries }) => routeEntries !== null) ? ["tile.core.route_table.entries may have to grow too"] : []),
  ];
  const remark = remarks.length === 0 ? "" : ` (${remarks.join("; ")})`;
  if (limit !== null && fitsUnder(null)(asItIs)) {
    return new InfeasibleError(
      "MAP_CORES_FULL",
      `${where} under mapping.max_neurons_per_core ${limit}`,
      `room for ${left} more neurons of ${name}`,
      `${chip.cores.length} cores`,
      `set mapping.max_neurons_per_core: ${smallestLimit(asItIs)}${remark}, or more cores`,
    );
  }
  const underLimit = leastGrowth(resources, fitsUnder(limit));
  const values = underLimit ?? (limit === null ? null : leastGrowth(resources, fitsUnder(null))) ?? asItIs;
  const ratio = (i: number): number => values[i] / Math.max(1, resources[i].now);
  const short = [...resources.keys()].filter((i) => ratio(i) > 0).sort((a, b) => ratio(b) - ratio(a));
  const fixes = short.map((i) => `set ${resources[i].key}: ${values[i] * resources[i].unit}`);
  if (short.length > 0 && underLimit === null) fixes.push(`set mapping.max_neurons_per_core: ${smallestLimit(values)}`);
  const [scarcest = 0] = short;
  const worst = resources[scarcest];
  // All cores together may have enough, but not a single core: each keeps its kernels whole, and rows fill its words
  // less.
  const inCore = short.length === 0 ? ["more cores", `${chip.cores.length}`] : worst.inCore(values[scarcest]);
  const [need, have] = worst.inAll ?? [isBound && short.length > 0 ? `at most ${inCore[0]}` : inCore[0], inCore[1]];
  return new InfeasibleError(
    worst.code,
    `${where} ${worst.name} (${left} neurons of ${name} are left over)`,
    need,
    have,
    fixes.length === 0
      ? "use more cores, or narrower weights (precision.weight_bits)"
      : `${fixes.join(" and ")}${remark}, or use more cores`,
  );
}
