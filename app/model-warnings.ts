/**
 * Warnings about a model: what its file says beside the network, and that it was trained for wider weights than those
 * with which it runs. Effects: reads models.
 */
import { byKind, type Experiment, type Precision, resolveModelPath, type SweepSpec, weightBitsInto } from "../arch/index.js";
import { recordedWeightBits, weightedNames } from "../training/index.js";
import { type LoadedModel, readModelFile } from "./inputs.js";

/** `least`: the narrowest weights of any point, if they are narrower than the precision's own. */
export function modelWarnings(
  { network, record, warnings }: Pick<LoadedModel, "network" | "record" | "warnings">,
  precision: Precision,
  least: number = precision.weightBits,
): readonly string[] {
  const trained = recordedWeightBits(record);
  if (trained === null) return warnings;
  const layers = byKind(network, { own: (own) => weightedNames(own.layers.length), nir: () => [] });
  const narrowed = layers.flatMap((name) => {
    const [wanted, given] = [trained.layers.get(name) ?? trained.weightBits, Math.min(least, weightBitsInto(precision, name))];
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
  const domainOf = (path: string) => parameters.find((parameter) => parameter.path === path)?.domain;
  if (experiment.network.training !== null) return []; // the search trains these networks for the widths that they run at
  const [models, bits] = [domainOf("network.model"), domainOf("precision.weight_bits")];
  const names = models?.kind === "list" ? models.values.map(String) : [experiment.network.model];
  const least = bits === undefined || bits.kind === "derived" ? experiment.precision.weightBits : leastOf(bits);
  const loaded = await Promise.all(names.map((name) => readModelFile(resolveModelPath(name, file))));
  return loaded.flatMap((model) => modelWarnings(model, experiment.precision, least));
}

type Domain = Exclude<SweepSpec["parameters"][number]["domain"], { readonly kind: "derived" }>;

const leastOf = (domain: Domain): number => (domain.kind === "list" ? Math.min(...domain.values.map(Number)) : domain.low);
