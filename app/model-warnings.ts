/**
 * Warnings about a model: what its file says beside the network, and that it was trained for wider weights than those
 * with which it runs. Effects: reads models.
 */
import { byKind, type Experiment, ownWidths, type Precision, resolveModelPath, type SweepSpec, weightBitsInto } from "../arch/index.js";
import { recordedWeightBits, weightedNames } from "../training/index.js";
import { type LoadedModel, readModelFile } from "./inputs.js";

/** `precisions`: all with which the model runs; each layer counts at its narrowest. */
export function modelWarnings(
  { network, record, warnings }: Pick<LoadedModel, "network" | "record" | "warnings">,
  ...precisions: readonly WeightWidths[]
): readonly string[] {
  const trained = recordedWeightBits(record);
  if (trained === null) return warnings;
  const layers = byKind(network, { own: (own) => weightedNames(own.layers.length), nir: () => [] });
  const narrowed = layers.flatMap((name) => {
    const wanted = trained.layers.get(name) ?? trained.weightBits;
    const given = Math.min(...precisions.map((precision) => weightBitsInto(precision, name)));
    return given < wanted ? [{ name, wanted, given }] : [];
  });
  if (narrowed.length === 0) return warnings;
  const { wanted, given } = narrowed[0];
  const where = narrowed.length === layers.length ? "" : ` (${narrowed.map(({ name }) => name).join(", ")})`;
  return [
    ...warnings,
    `${network.name} was trained for weights of ${wanted} bits and gets ${given}${where}: train it for ${given} (quantisation.weight_bits), or give it ${wanted}`,
  ];
}

/** As `modelWarnings`, for all points of a search: each of its models at its narrowest weights. */
export async function searchedModelWarnings(file: string, experiment: Experiment, { parameters }: SweepSpec): Promise<readonly string[]> {
  if (experiment.network.training !== null) return []; // the search trains these networks for the widths that they run at
  const models = parameters.find(({ path }) => path === "network.model")?.domain;
  const names = models?.kind === "list" ? models.values.map(String) : [experiment.network.model];
  const loaded = await Promise.all(names.map((name) => readModelFile(resolveModelPath(name, file))));
  const narrowest = narrowestOf(experiment.precision, parameters);
  return loaded.flatMap((model) => modelWarnings(model, narrowest));
}

/** A width per layer, else that of all; a search combines the values of its parameters, so each is at its least. */
function narrowestOf(precision: WeightWidths, parameters: SweepSpec["parameters"]): WeightWidths {
  const layers = { ...precision.layers };
  let { weightBits } = precision;
  for (const { path, domain } of parameters) {
    if (domain.kind === "derived") continue;
    const layer = /^precision[.]layers[.](.+)[.]weight_bits$/.exec(path)?.[1];
    if (layer !== undefined) layers[layer] = { ...ownWidths(precision, layer), weightBits: leastOf(domain) };
    if (path === "precision.weight_bits") weightBits = leastOf(domain);
  }
  return { weightBits, layers };
}

type WeightWidths = Pick<Precision, "weightBits" | "layers">;

type Domain = Exclude<SweepSpec["parameters"][number]["domain"], { readonly kind: "derived" }>;

const leastOf = (domain: Domain): number => (domain.kind === "list" ? Math.min(...domain.values.map(Number)) : domain.low);
