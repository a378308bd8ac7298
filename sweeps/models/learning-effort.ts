/**
 * Number of networks that a search may need, and the processor time to train them, predicted from sizes without any
 * training.
 *
 * The rates were measured on one core (AMD EPYC at 2.6 GHz, Node 20, back end wasm): phone frames at widths 16 to 128,
 * within a factor of 1.5.
 */
import { type SweepParameter, type SweepSpec, valueCount } from "../../arch/index.js";
import { idleRequest, type RequestedConfigs } from "../../training/index.js";

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

/** All networks are assumed to have the size of the network as written. */
export function learningEffort(
  configs: RequestedConfigs,
  { utterances, frames, weights, dataBytes }: Learnt,
  search: { readonly spec: SweepSpec; readonly points: number } | null,
): LearningEffort {
  const { float, grid } = configs;
  const epoch = Math.ceil(utterances / float.training.batch) * SECONDS_PER_BATCH + frames * weights * SECONDS_PER_FRAME_AND_WEIGHT;
  const most = search?.points ?? 1;
  const all = search?.spec.parameters ?? [];
  const searched = new Set(all.map(({ path }) => path));
  const idle = new Set(idleRequest(configs).flatMap(({ path, by }) => (by.some((key) => searched.has(key)) ? [] : [path])));
  const parameters = all.filter(({ path }) => !idle.has(path));
  const floats = Math.min(most, choices(parameters, decidesFloat));
  const grids =
    grid === null
      ? 0
      : Math.min(
          most,
          choices(parameters, (path) => decidesFloat(path) || decidesGrid(path)),
        );
  return {
    networks: floats + grids,
    seconds: (floats * float.training.epochs + grids * (grid?.training.epochs ?? 0)) * epoch,
    dataBytes,
  };
}

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
