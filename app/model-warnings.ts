/**
 * Warnings about a model: what its file says beside the network, and that its weights were trained on a grid that the
 * widths with which it runs cannot hold. Effects: reads models and data.
 */
import {
  bitsOfApart,
  byKind,
  type Experiment,
  isLavaFile,
  type ModelNetwork,
  type Network,
  ownWidths,
  type Precision,
  resolveModelPath,
  type SweepSpec,
  silenceOf,
  spikeBitsOf,
  unitsApart,
  valuesOf,
  weightBitsInto,
} from "../arch/index.js";
import { recordedWeightBits, weightedNames } from "../training/index.js";
import { type KnownParts, workloadWarnings } from "./data-warnings.js";
import { demandSearchedInputs, type LoadedModel, readModelFile } from "./inputs.js";

/** `precisions`: all with which the model runs; each layer counts where it lacks most. */
export function modelWarnings(
  { network, record, warnings }: Pick<LoadedModel, "network" | "record" | "warnings">,
  ...precisions: readonly GridWidths[]
): readonly string[] {
  const read = [...warnings, ...byKind(network, { own: (own) => silentPopulations(own, precisions), nir: () => [] })];
  const trained = recordedWeightBits(record);
  if (trained === null) return read;
  const bitsOf = (layer: string): number => trained.layers.get(layer) ?? trained.weightBits;
  return [...read, ...byKind(network, { own: (own) => gridWarnings(own, bitsOf, precisions), nir: () => [] })];
}

/**
 * Populations whose threshold in the file leaves no spike. With other bits than the training's a network has another.
 */
function silentPopulations({ name, encoder, layers }: Network, precisions: readonly GridWidths[]): readonly string[] {
  const populations = ["input", ...weightedNames(layers.length).slice(0, -1)];
  return [encoder, ...layers.map(({ quantiser }) => quantiser)].flatMap((quantiser, p) => {
    const isRun = precisions.length === 0 || precisions.some((precision) => spikeBitsOf(precision, populations[p]) === null);
    const silence = quantiser === null || !isRun ? null : silenceOf(quantiser);
    return silence === null ? [] : [`${name}: ${populations[p]}: ${silence}, so its accuracy says little: train it with a smaller theta`];
  });
}

/**
 * How the description reads the model's file: a step longer than a time constant, a node without inputs, rounded
 * delays.
 */
export const readingWarnings = (experiment: Experiment, network: ModelNetwork): Promise<readonly string[]> =>
  byKind<Promise<readonly string[]>>(network, {
    own: async () => [],
    nir: async (nir) => (await import("./nir-warnings.js")).nirWarnings(experiment, nir),
  });

/** Widths that decide whether weights stay on the grid on which they were trained. */
type GridWidths = Pick<Precision, "weightBits" | "spikeBits" | "layers">;

/** Weights into a layer at one precision. */
interface Row {
  readonly name: string;
  /** Bits for which the weights were trained, bits that hold their grid beside these spikes, and bits that they get. */
  readonly trained: number;
  readonly needed: number;
  readonly given: number;
  /** Spikes of the layer before and of its own: population, bits as trained, bits that they get. */
  readonly sources: readonly (readonly [name: string, trained: number | null, given: number | null])[];
}

/** Most pairs of spikes that a warning lists. */
const MOST_LISTED = 4;

function gridWarnings(network: Network, trainedBits: (layer: string) => number, precisions: readonly GridWidths[]): readonly string[] {
  const names = weightedNames(network.layers.length);
  const rows = precisions.flatMap((precision) => rowsAt(network, names, trainedBits, precision));
  const narrowed = names.flatMap((name) => worstOf(rows, (row) => (row.name === name ? row.trained - row.given : 0)) ?? []);
  const lackBeside = ({ trained, needed, given }: Row): number => (needed > trained ? needed - given : 0);
  const moved = worstOf(rows, lackBeside);
  const sentences: string[] = [];
  for (const row of narrowed) {
    const { trained, given } = row;
    const alike = narrowed.filter((other) => other.trained === trained && other.given === given);
    if (alike[0] !== row) continue;
    const where = alike.length === names.length ? "" : ` (${alike.map(({ name }) => name).join(", ")})`;
    sentences.push(
      `${network.name} was trained for weights of ${trained} bits and gets ${given}${where}: train it for ${given} (quantisation.weight_bits), or give it ${trained}`,
    );
  }
  if (moved !== null) {
    const [before, own] = moved.sources;
    const lacking = rows.filter((row) => row.name === moved.name && lackBeside(row) > 0);
    const got = [...new Set(lacking.map(({ sources }) => sources.map(([, , bits]) => bits).join(" and ")))];
    const listed = `${got.slice(0, MOST_LISTED).join(", ")}${got.length > MOST_LISTED ? ", .." : ""}`;
    sentences.push(
      `${network.name} was trained on a grid of weights for spikes of ${before[1]} bits from ${before[0]} and ${own[1]} from ${own[0]}, and gets ${listed}: to stay on it, the weights into ${moved.name} would need ${moved.needed} bits and get ${moved.given}: leave precision.spike_bits out, or train it for such spikes (quantiser.bits, input_bits)`,
    );
  }
  return sentences;
}

/** The row that lacks most; null: none lacks anything. */
const worstOf = (rows: readonly Row[], lackOf: (row: Row) => number): Row | null =>
  rows.reduce<Row | null>((worst, row) => (lackOf(row) > (worst === null ? 0 : lackOf(worst)) ? row : worst), null);

function rowsAt(
  { encoder, layers }: Network,
  names: readonly string[],
  trainedBits: (layer: string) => number,
  precision: GridWidths,
): readonly Row[] {
  const populations = ["input", ...names.slice(0, -1)];
  const spikes = [encoder, ...layers.map(({ quantiser }) => quantiser)].map((quantiser) => quantiser?.bits ?? null);
  const given = populations.map((name, p) => spikeBitsOf(precision, name) ?? spikes[p]);
  const isRecurrent = layers.some(({ gates }) => gates.some(({ recurrentWeights }) => recurrentWeights !== null));
  const apart = [...unitsApart(spikes, isRecurrent, (p) => given[p]), 0];
  return names.map((name, layer) => ({
    ...{ name, trained: trainedBits(name), given: weightBitsInto(precision, name) },
    needed: bitsOfApart(trainedBits(name), apart[layer]),
    sources: [layer, layer + 1].map((p) => [populations[p], spikes[p], given[p]] as const),
  }));
}

/** As `modelWarnings`, for all points of a search. */
export async function searchedModelWarnings(file: string, experiment: Experiment, { parameters }: SweepSpec): Promise<readonly string[]> {
  if (experiment.network.training !== null) return []; // the search trains these networks for the widths that they run at
  const models = parameters.find(({ path }) => path === "network.model")?.domain;
  const names = models?.kind === "list" ? models.values.map(String) : [experiment.network.model];
  const loaded = await Promise.all(names.map((name) => readModelFile(resolveModelPath(name, file))));
  for (const model of loaded) demandSearchedInputs(model, parameters, file);
  const precisions = searchedWidths(experiment.precision, parameters);
  const known: KnownParts = new Map();
  const ofData = await Promise.all(loaded.map((model) => workloadWarnings(model, experiment, file, known)));
  const ofReading = await Promise.all(
    loaded.flatMap(({ network }, i) => searchedReadings(experiment, names[i], parameters).map((read) => readingWarnings(read, network))),
  );
  return [...loaded.flatMap((model) => modelWarnings(model, ...precisions)), ...new Set(ofReading.flat()), ...ofData.flat()];
}

/**
 * The ways in which a search reads a model's file: each step (of an interval its ends) with each scheme; none for a NIR
 * file without the settings that it needs, whose points say so.
 */
function searchedReadings(experiment: Experiment, model: string, parameters: SweepSpec["parameters"]): readonly Experiment[] {
  const { nir } = experiment.network;
  if (!isLavaFile(model) && (nir.stepSeconds === null || nir.reset === null)) return [];
  const given = (key: string) =>
    parameters.flatMap(({ path, domain }) => {
      if (path !== `network.nir.${key}`) return [];
      return domain.kind === "list" ? domain.values : domain.kind === "derived" ? [] : [domain.low, domain.high];
    });
  const [steps, schemes] = [given("step_seconds"), given("scheme")];
  return (steps.length === 0 ? [nir.stepSeconds] : steps.map(Number)).flatMap((stepSeconds) =>
    [nir.scheme, ...schemes].map((scheme) => ({
      ...experiment,
      network: { ...experiment.network, model, nir: { ...nir, stepSeconds, scheme: scheme as typeof nir.scheme } },
    })),
  );
}

const SEARCHED = /^precision[.](?:layers[.](.+)[.])?(weight|spike)_bits$/;

/**
 * The widths at which a search may lose a grid. It combines the values of its parameters, so weights are at their
 * narrowest; of spikes, those of any two populations combine.
 */
function searchedWidths(precision: GridWidths, parameters: SweepSpec["parameters"]): readonly GridWidths[] {
  const searched = parameters.flatMap(({ path, domain }) => {
    const found = SEARCHED.exec(path);
    if (found === null || domain.kind === "derived") return [];
    const bits = domain.kind === "log" ? [domain.low, domain.high] : valuesOf(domain).map(Number);
    return [{ layer: found.at(1) ?? null, key: found[2] === "weight" ? "weightBits" : "spikeBits", bits } as const];
  });
  const narrowest = searched
    .filter(({ key }) => key === "weightBits")
    .reduce((widths, { layer, key, bits }) => withWidth(widths, layer, key, Math.min(...bits)), precision);
  const spikes = searched.filter(({ key }) => key === "spikeBits");
  const everywhere = spikes.filter(({ layer }) => layer === null);
  const own = spikes.filter(({ layer }) => layer !== null);
  const pairs = own.length === 0 ? [[]] : own.flatMap((one, at) => own.slice(at).map((other) => [one, other]));
  return pairs.flatMap((pair) =>
    [...everywhere, ...pair].reduce<readonly GridWidths[]>(
      (made, { layer, key, bits }) => made.flatMap((widths) => bits.map((own) => withWidth(widths, layer, key, own))),
      [narrowest],
    ),
  );
}

function withWidth(widths: GridWidths, layer: string | null, key: "weightBits" | "spikeBits", bits: number): GridWidths {
  if (layer === null) return { ...widths, [key]: bits };
  return { ...widths, layers: { ...widths.layers, [layer]: { ...ownWidths(widths, layer), [key]: bits } } };
}
