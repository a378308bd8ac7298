/**
 * Number of networks that a search may need, and the processor time to train them, predicted from sizes without any
 * training.
 *
 * The rates were measured on one core (AMD EPYC at 2.6 GHz, Node 20, back end wasm): phone frames at widths 16 to 128,
 * within a factor of 1.5.
 */
import { type SweepParameter, type SweepSpec, valueCount, valuesOf } from "../../arch/index.js";
import { idleRequest, type RequestedConfigs } from "../../training/index.js";
import { samplerOptions, screens } from "../samplers/registry.js";
import { learningFidelities } from "../screening.js";
import type { SearchSize } from "../search-size.js";

const SECONDS_PER_BATCH = 7.5e-3;
const SECONDS_PER_FRAME_AND_WEIGHT = 1.2e-10;

export interface LearningEffort {
  /** Number of different networks, including those from which others start. */
  readonly networks: number;
  /** Time for all of them, one after the other. */
  readonly seconds: number;
  /** Bytes of the utterances that networks learn from and are judged by. */
  readonly dataBytes: number;
}

/** What the networks of a description are trained on. */
interface Learnt {
  readonly utterances: number;
  readonly frames: number;
  /** Weights of the network as written. */
  readonly weights: number;
  readonly dataBytes: number;
}

/** A search, as far as it decides which networks are trained. */
export interface LearningSearch {
  readonly spec: SweepSpec;
  readonly size: Pick<SearchSize, "points" | "gridPoints">;
}

/** Networks of so many points at most, trained for a share of their epochs. */
interface Stage {
  readonly share: number;
  readonly points: number;
}

/**
 * All networks are assumed to have the size of the network as written, and searched epochs their mean. A screening
 * search is assumed to try all points of its pool in all of its stages.
 */
export function learningEffort(
  configs: RequestedConfigs,
  { utterances, frames, weights, dataBytes }: Learnt,
  search: LearningSearch | null,
): LearningEffort {
  const { float, grid } = configs;
  const epoch = Math.ceil(utterances / float.training.batch) * SECONDS_PER_BATCH + frames * weights * SECONDS_PER_FRAME_AND_WEIGHT;
  const all = search?.spec.parameters ?? [];
  const searched = new Set(all.map(({ path }) => path));
  const idle = new Set(idleRequest(configs).flatMap(({ path, by }) => (by.some((key) => searched.has(key)) ? [] : [path])));
  const parameters = all.filter(({ path }) => !idle.has(path));
  const valuesAt = (path: string, written: number): readonly number[] => {
    const domain = parameters.find((parameter) => parameter.path === path)?.domain;
    return domain === undefined ? [written] : valuesIn(domain, written);
  };
  const floatEpochs = valuesAt("training.epochs", float.training.epochs);
  const chipEpochs = valuesAt(CHIP_EPOCHS, grid?.training.epochs ?? 0).filter((epochs) => epochs > 0);
  const floats = choices(parameters, decidesFloat);
  const others = choices(parameters, (path) => path !== CHIP_EPOCHS && (decidesFloat(path) || decidesGrid(path)));
  const grids = chipEpochs.length === 0 ? 0 : chipEpochs.length * others;
  const [ofFloat, chip] = [floatEpochs, chipEpochs].map(thinned);
  let [networks, epochs] = [0, 0];
  let before = 0;
  for (const { share, points } of stagesOf(search)) {
    const [now, then] = [share, before].map((part) => (whole: number) => Math.ceil(part * whole));
    // A network of real weights continues that of the stage before; on the grid each has a schedule of its own.
    networks += Math.min(points, floats) * mean(ofFloat.map((whole) => (now(whole) > then(whole) ? 1 : 0)));
    epochs += Math.min(points, floats) * mean(ofFloat.map((whole) => now(whole) - then(whole)));
    const onGrid = ofFloat.flatMap((whole) => chip.map((more) => (now(whole) > then(whole) || now(more) > then(more) ? now(more) : 0)));
    networks += Math.min(points, grids) * mean(onGrid.map((more) => (more > 0 ? 1 : 0)));
    epochs += Math.min(points, grids) * mean(onGrid);
    before = share;
  }
  return { networks: Math.ceil(networks), seconds: epochs * epoch, dataBytes };
}

/** Stages of a screening search, or the one of another search. */
function stagesOf(search: LearningSearch | null): readonly Stage[] {
  if (search === null) return [{ share: 1, points: 1 }];
  const { spec, size } = search;
  if (!screens(spec)) return [{ share: 1, points: size.points }];
  const { pool, stages, halving } = samplerOptions(spec);
  const tried = Math.min(pool, size.gridPoints ?? pool);
  return learningFidelities(stages, halving).map((share) => ({ share, points: share === 1 ? size.points : tried }));
}

const CHIP_EPOCHS = "training.chip_epochs";
const ON_GRID = /^training[.](zero_share|chip_epochs|chip_rate)$/;
const DATA = /^workload[.](dataset|path)$/;
const decidesFloat = (path: string): boolean => DATA.test(path) || (path.startsWith("training.") && !ON_GRID.test(path));
const decidesGrid = (path: string): boolean => ON_GRID.test(path) || /^precision[.](weight_bits|layers[.].*[.]weight_bits)$/.test(path);

/** Number of combinations of the values of some parameters; infinite if one is an interval without steps. */
function choices(parameters: readonly SweepParameter[], decides: (path: string) => boolean): number {
  return parameters.reduce((product, { path, domain }) => (decides(path) ? product * choicesOf(domain) : product), 1);
}

const choicesOf = (domain: SweepParameter["domain"]): number =>
  domain.kind === "derived" ? 1 : (valueCount(domain) ?? Number.POSITIVE_INFINITY);

/** The values of searched epochs; a derived parameter has the value as written. */
function valuesIn(domain: SweepParameter["domain"], written: number): readonly number[] {
  if (domain.kind === "derived") return [written];
  return domain.kind === "log" ? [domain.low, domain.high] : valuesOf(domain).map(Number);
}

/** Most values of searched epochs of which means are taken. */
const MOST_VALUES = 100;

const thinned = (values: readonly number[]): readonly number[] => {
  const step = Math.ceil(values.length / MOST_VALUES);
  return values.filter((_, at) => at % step === 0);
};

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
