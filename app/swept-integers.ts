/**
 * Values of a search that no run takes, although the description may hold them: the search would end with an error at
 * its first such point. Effects: as `integersFor`.
 */
import {
  checkLayerNames,
  type Experiment,
  type ModelNetwork,
  ofKind,
  type SampleSet,
  type SweepSpec,
  type Topology,
  valuesOf,
  writtenKey,
} from "../arch/index.js";
import { InfeasibleError, InputError, quoted } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { checkFit } from "../sim/functional/index.js";
import { mapNetwork } from "../sim/mapping/index.js";
import { loadModel, samplesFor } from "./inputs.js";
import { integersFor } from "./integers-for.js";
import { type Description, type Values, withValues } from "./open.js";

interface Network {
  readonly network: ModelNetwork;
  readonly data: SampleSet;
  readonly topology: Topology;
}

/**
 * Sentences on models, and on kinds of integers, that the rest of the description does not fit; other values of the
 * search may be allowed. Throws: InputError if a width or a format is searched for a population that the network has
 * not, and no other model is searched.
 */
export async function sweptRefusals(
  description: Description,
  experiment: Experiment,
  values: Values,
  written: Network,
): Promise<readonly string[]> {
  const { sweep } = description;
  if (sweep === null) return [];
  const valuesAt = (searched: string): readonly Json[] =>
    sweep.parameters.flatMap(({ path, domain }) => (path === searched ? valuesOf(domain) : []));
  const models = valuesAt("network.model");
  if (models.length === 0) await takeSweptLayers(experiment, sweep, written);
  const refused: string[] = [];
  const demand = async (changed: Values, words: string, network: Network | null): Promise<void> => {
    const described = patchedOrNull(description, { ...values, ...changed });
    const reason =
      described === null
        ? null
        : await refusalOf(async () => {
            const read = network ?? (await networkOf(description, described));
            if (models.length > 0) await takeSweptLayers(described, sweep, read);
            const { runnable } = await integersFor(described, read.network, read.data);
            checkFit(runnable, read.data);
            const { chip, precision, mapping } = described;
            mapNetwork(runnable.topology, chip, precision, mapping, null);
          });
    if (reason !== null) refused.push(`${words}: ${reason}`);
  };
  for (const model of models)
    await demand({ "network.model": model }, `network.model ${quoted(String(model))}, else as written, has no result`, null);
  for (const value of valuesAt("precision.integers"))
    await demand({ "precision.integers": value }, `precision.integers ${value}, else as written, ends the search`, written);
  return refused;
}

/** The network and the data of another model. */
async function networkOf({ file, plugins }: Description, experiment: Experiment): Promise<Network> {
  const model = await loadModel(experiment, file, plugins);
  const data = await samplesFor(model, experiment, file);
  return { network: model.network, data, topology: (await integersFor(experiment, model.network, data)).runnable.topology };
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
 * Throws: InputError for every width or format that is searched for a population which the network has not. The widths
 * are those of all populations, so that only the name can be wrong, or that the population has no such width. Beside
 * other models a condition may keep a parameter from this one.
 */
async function takeSweptLayers(experiment: Experiment, sweep: SweepSpec, { network, data, topology }: Network): Promise<void> {
  const { precision } = experiment;
  const isOfAll = sweep.parameters.every(({ path }) => path !== "network.model");
  const swept = sweep.parameters.flatMap(({ path, when }) => {
    const [, name, key] = path.match(/^precision\.layers\.(.+)\.(\w+)$/) ?? [];
    return name === undefined || !(isOfAll || when === null) ? [] : [{ name, key }];
  });
  const formats = swept.flatMap(({ name, key }) => (key === "weight_format" ? [name] : []));
  checkLayerNames(formats, topology, network.name);
  const layers = new Map(Object.entries(precision.layers));
  for (const { name, key } of swept) {
    const width = WIDTHS.find((one) => writtenKey(one) === key);
    if (width !== undefined) layers.set(name, { ...layers.get(name), [width]: precision[width] ?? SPIKE_BITS });
  }
  if (swept.length === formats.length) return;
  await integersFor({ ...experiment, precision: { ...precision, layers: Object.fromEntries(layers) } }, network, data);
}
