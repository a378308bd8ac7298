/**
 * Values of a search that no run takes, although the description may hold them: the search would end with an error at
 * its first such point. Effects: as `integersFor`.
 */
import {
  checkLayerNames,
  type Experiment,
  type ModelNetwork,
  ofKind,
  type Precision,
  type SampleSet,
  type SweepSpec,
  type Topology,
  valuesOf,
  writtenKey,
} from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import { integersFor } from "./integers-for.js";
import { type Description, type Values, withValues } from "./open.js";

interface Network {
  readonly network: ModelNetwork;
  readonly data: SampleSet;
  readonly topology: Topology;
}

/**
 * Sentences on kinds of integers that the network cannot have; other values of the search may allow them. Throws:
 * InputError if a width or a format is searched for a population that the network has not.
 */
export async function sweptRefusals(
  description: Description,
  experiment: Experiment,
  values: Values,
  { network, data, topology }: Network,
): Promise<readonly string[]> {
  const { sweep } = description;
  if (sweep === null) return [];
  const precision = withSweptLayers(experiment, sweep, topology);
  if (precision !== null) await integersFor({ ...experiment, precision }, network, data);
  const refused: string[] = [];
  for (const { path, domain } of sweep.parameters) {
    if (path !== "precision.integers") continue;
    for (const value of valuesOf(domain)) {
      const described = patchedOrNull(description, { ...values, [path]: value });
      const reason = described === null ? null : await refusalOf(() => integersFor(described, network, data));
      if (reason !== null) refused.push(`${path} ${value}, else as written, ends the search: ${reason}`);
    }
  }
  return refused;
}

/** null: the description refuses the values, so their points are infeasible. */
function patchedOrNull(description: Description, values: Values): Experiment | null {
  try {
    return ofKind<Experiment | null>(withValues(description, values).experiment, { board: (board) => board, coupled: () => null });
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** What an InputError says of which key or node; null: there is none, or the point is infeasible. */
async function refusalOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof InputError) {
      const [{ path, message }] = error.problems;
      return path === "" ? message : `${path}: ${message}`;
    }
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

const WIDTHS = ["weightBits", "stateBits", "stateFractionBits", "accumulatorBits", "spikeBits"] as const;
/** Any width of spikes: whether a population's can be set does not depend on it. */
const SPIKE_BITS = 8;

/**
 * The precision with every width that is searched for a population, each as that of all populations, so that only its
 * name can be wrong, or that it has no such width; null: none is searched. Throws: InputError for a format of a
 * population without weights into it.
 */
function withSweptLayers({ precision, network }: Experiment, sweep: SweepSpec, topology: Topology): Precision | null {
  if (sweep.parameters.some(({ path }) => path === "network.model")) return null; // other models may have other populations
  const swept = sweep.parameters.flatMap(({ path }) => {
    const [, name, key] = path.match(/^precision\.layers\.(.+)\.(\w+)$/) ?? [];
    return name === undefined ? [] : [{ name, key }];
  });
  const formats = swept.flatMap(({ name, key }) => (key === "weight_format" ? [name] : []));
  checkLayerNames(formats, topology, network.model);
  const layers = new Map(Object.entries(precision.layers));
  for (const { name, key } of swept) {
    const width = WIDTHS.find((one) => writtenKey(one) === key);
    if (width !== undefined) layers.set(name, { ...layers.get(name), [width]: precision[width] ?? SPIKE_BITS });
  }
  return swept.length === formats.length ? null : { ...precision, layers: Object.fromEntries(layers) };
}
