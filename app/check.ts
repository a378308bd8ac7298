/** What a description says and needs, without a run of its search. Effects: reads files. */
import { availableParallelism } from "node:os";
import {
  areaOf,
  byKind,
  type CheaperKind,
  type Chip,
  type CoupledExperiment,
  cheaperKinds,
  checkClock,
  checkFpga,
  checkFrame,
  type Experiment,
  type FpgaUse,
  fpgaUse,
  idleLanes,
  type ModelNetwork,
  ofKind,
  type SampleSet,
  type SweepSpec,
  sramSupplyWarning,
  type Topology,
} from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { type DieFlow, dieFlow } from "../sim/expect/index.js";
import { ownTopology } from "../sim/functional/index.js";
import { needsOn } from "../sim/index.js";
import {
  bitsInDram,
  type HeldWeights,
  heldWeights,
  mapNetwork,
  placesBySpikes,
  sharesKernels,
  stateBitsInDram,
} from "../sim/mapping/index.js";
import { leastBarrier } from "../sim/program/index.js";
import { type Effort, expectedEffort, type LearningEffort, type SearchSize, screens, searchSize, systemClock } from "../sweeps/index.js";
import { recordedDensity } from "../training/index.js";
import type { CoupledMetrics } from "./coupled-point.js";
import { checkPriced } from "./fpga-objectives.js";
import { type LoadedModel, loadModel, samplesFor, shortageOf } from "./inputs.js";
import { narrowedInSweep, narrowedWeights } from "./narrowed-weights.js";
import { type Description, type Values, withValues } from "./open.js";
import { silentPrices } from "./silent-prices.js";
import { TrainingFiles } from "./training-files.js";

/** The point as written of an ordinary chip, and its search. */
export interface ChipCheck {
  /** Tells it from the check of a coupled chip. */
  readonly kind: "board";
  /** As it was asked for. */
  readonly file: string;
  /** The description with what it extends and the values asked for. */
  readonly document: Description["document"];
  /** The point as written, resolved. */
  readonly experiment: Experiment;
  /** The description's search; null: it has none. */
  readonly sweep: Description["sweep"];
  /** Model file, and its populations in order. */
  readonly model: { readonly path: string; readonly populations: readonly { readonly name: string; readonly neurons: number }[] };
  /** Of the point as written; null: it is an FPGA. */
  readonly areaMm2: number | null;
  /** What it takes of its FPGA; null: it is silicon. */
  readonly fpga: FpgaUse | null;
  /** How matrices with zeros lie in the synapse memories. */
  readonly heldWeights: readonly HeldWeights[];
  /** What links between its dies let through; null: no link leaves a die. */
  readonly dieLinks: DieFlow | null;
  /** Memories that would be smaller of another kind. */
  readonly cheaperKinds: readonly CheaperKind[];
  /** Neurons that the placement puts on each core; empty where the point does not fit. */
  readonly neuronsOfCore: readonly number[];
  /** Whether a run, which knows the spikes, may place them otherwise. */
  readonly isPlacedByGuess: boolean;
  /** Cycles that a barrier between two waves takes at least on the cores in use; 0 where the point does not fit. */
  readonly leastBarrierCycles: number;
  /** Bits of weights, and of states, that lie in DRAM. */
  readonly spilledBits: number;
  /** Of states, bits. */
  readonly spilledStateBits: number;
  /** Why the point as written does not fit; null: it does. Other points of the search may. */
  readonly infeasible: InfeasibleError | null;
  /** null: no search. */
  readonly search: SearchSize | null;
  /** Time and memory of the search, or of the point; null: nothing fits. */
  readonly estimate: Effort | null;
  /**
   * Networks that the search makes, and the processor time of making them; null: it makes none. It is no part of
   * `estimate`.
   */
  readonly learning: LearningEffort | null;
  /** What the description says and hardware, or this program, makes little of; a sentence each. */
  readonly warnings: readonly string[];
}

/** The same of a chip whose time feeds back into function; it is run once. */
export interface CoupledCheck {
  /** Tells it from the check of an ordinary chip. */
  readonly kind: "coupled";
  /** As it was asked for. */
  readonly file: string;
  /** The description with what it extends and the values asked for. */
  readonly document: Description["document"];
  /** The point as written, resolved. */
  readonly experiment: CoupledExperiment;
  /** The description's search; null: it has none. */
  readonly sweep: Description["sweep"];
  /** Names of the case's files; empty with synthetic inputs. */
  readonly caseFiles: readonly string[];
  /** Of the point as written, which was run. */
  readonly metrics: CoupledMetrics;
  /** null: no search. */
  readonly search: SearchSize | null;
  /** Seconds of the whole search, and of one point. */
  readonly estimate: { readonly seconds: number; readonly workers: number; readonly pointSeconds: number };
}

/** What `check` says of a description, by the kind of its chip. */
export type Check = ChipCheck | CoupledCheck;

/**
 * Checks a description: resolved chip, capacity, area, size of the search, and an estimate of its time and memory.
 *
 * @param description what `open` gave
 * @param options `values`: values by path laid over it first; `signal`: gives up where it can
 * @returns a point that does not fit is an answer (`infeasible`), no error
 * @throws InputError where the values, the model or the data cannot be read or do not fit together
 */
export async function check(
  description: Description,
  options: { readonly values?: Values; readonly signal?: AbortSignal } = {},
): Promise<Check> {
  const { values = {}, signal } = options;
  const { experiment } = withValues(description, values, "--set");
  signal?.throwIfAborted();
  const search = description.sweep === null ? null : searchSize(description.sweep, description.file);
  return ofKind<Promise<Check>>(experiment, {
    board: (board) => checkChip(description, board, values, search),
    coupled: async () => checkCoupled(description, values, search),
  });
}

/** A network that a search makes has the shape of the one as written, and weights of chance. */
async function modelAndData(
  experiment: Experiment,
  { file, plugins }: Description,
  search: { readonly spec: SweepSpec; readonly points: number } | null,
): Promise<{ readonly model: Omit<LoadedModel, "hash">; readonly data: SampleSet; readonly learning: LearningEffort | null }> {
  if (experiment.network.training !== null) {
    const files = new TrainingFiles(file);
    const data = await files.samples(experiment);
    const network = files.untrained(experiment, data);
    const learning = await files.effort(experiment, network, search);
    return { model: { network, record: null, path: experiment.network.model }, data, learning };
  }
  const model = await loadModel(experiment, file, plugins);
  return { model, data: await samplesFor(model, experiment, file), learning: null };
}

async function checkChip(description: Description, experiment: Experiment, values: Values, search: SearchSize | null): Promise<ChipCheck> {
  const { file, document, sweep } = description;
  if (sweep !== null) checkPriced(sweep, experiment, file);
  const { model, data, learning } = await modelAndData(
    experiment,
    description,
    sweep === null || search === null ? null : { spec: sweep, points: search.points },
  );
  const topology = await topologyFor(experiment, model.network, data);
  const { chip, precision, mapping } = experiment;
  const needs = needsOn(chip, precision, topology);
  const fpga = fpgaUse(chip, precision, needs);
  let infeasible: InfeasibleError | null = null;
  let estimate: Effort | null = null;
  let neuronsOfCore: readonly number[] = [];
  let leastBarrierCycles = 0;
  let spilledBits = 0;
  let spilledStateBits = 0;
  try {
    const placement = mapNetwork(topology, chip, precision, mapping, null);
    neuronsOfCore = chip.cores.map(({ id }) =>
      placement.slices.filter(({ core }) => core === id).reduce((sum, { neurons }) => sum + neurons, 0),
    );
    const usedCores = placement.usedCores.map((id) => chip.cores[id]);
    leastBarrierCycles = leastBarrier(usedCores, placement.topology, precision);
    spilledBits = bitsInDram(placement, chip, precision);
    spilledStateBits = stateBitsInDram(placement, chip, precision);
    if (fpga !== null) checkFpga(fpga);
    checkFrame(chip, topology);
    checkClock(chip, precision, needs);
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    infeasible = error;
  }
  if (infeasible === null) {
    const described = { experiment, topology, network: model.network, density: recordedDensity(model.record), data, search };
    const host = { workers: availableParallelism(), residentBytes: process.memoryUsage.rss() };
    estimate = await expectedEffort({ ...description, experiment }, values, described, host);
  }
  return {
    kind: "board",
    file,
    document,
    experiment,
    sweep,
    model: { path: model.path, populations: topology.populations.map(({ name, neurons }) => ({ name, neurons })) },
    areaMm2: areaOf(chip, precision, needs).totalMm2,
    fpga,
    heldWeights: heldWeights(chip, precision, topology),
    dieLinks: dieFlow(chip),
    cheaperKinds: cheaperKinds(chip),
    neuronsOfCore,
    isPlacedByGuess: placesBySpikes(mapping.strategy) && chip.cores.length > 1,
    leastBarrierCycles,
    spilledBits,
    spilledStateBits,
    infeasible,
    search,
    estimate,
    learning,
    warnings: [
      ...shortageOf(experiment, data),
      ...(sweep === null ? narrowedWeights(model, precision) : await narrowedInSweep(file, experiment, sweep)),
      ...unrolledOf(experiment, topology),
      ...unrankedOf(sweep, topology),
      ...idleDies(chip, sweep),
      ...lateCredits(chip),
      ...idleLanes(chip.cores, precision, needs),
      ...[sramSupplyWarning(chip) ?? []].flat(),
      ...silentPrices(description, experiment, topology),
    ],
  };
}

/** One die, as written and in all of a search: no link leaves it. */
function idleDies({ noc: { dies } }: Chip, sweep: SweepSpec | null): readonly string[] {
  if (dies === null || dies.columns * dies.rows > 1) return [];
  if (sweep?.parameters.some(({ path }) => /^noc[.]dies[.](columns|rows)$/.test(path)) === true) return [];
  return ["noc.dies is one die: its bandwidth and latency have no effect; set noc.dies.columns or noc.dies.rows"];
}

/** Links between dies that wait for credits where their bandwidth would let more through. */
function lateCredits(chip: Chip): readonly string[] {
  const flow = dieFlow(chip);
  if (flow === null || flow.boundBy === "bandwidth") return [];
  const { virtualChannels: vcs, vcBufferFlits } = chip.noc;
  return [
    `links between dies wait for credits: a round trip takes ${flow.roundTripCycles.toFixed(0)} cycles, and ${vcs} virtual channels of ${vcBufferFlits} flits are less than their bandwidth passes meanwhile; noc.vc_buffer_flits: ${flow.coveringFlits} or more, or more noc.virtual_channels, would let them work`,
  ];
}

/** Convolutions whose weights are not shared, though the description asks for it. */
function unrolledOf({ chip }: Experiment, { populations, projections }: Topology): readonly string[] {
  if (chip.convolution === "unrolled" || sharesKernels(chip)) return [];
  const names = projections.flatMap(({ kernel, target }) => (kernel === undefined ? [] : populations[target].name));
  const why = chip.spill === null ? "a dense scan reads" : "DRAM holds";
  return names.length === 0 ? [] : [`a weight and an index per synapse, not a kernel, into ${names.join(", ")}: ${why} whole rows`];
}

/**
 * Layers on which the analytical model, which chooses what a screening search simulates, does not rank chips
 * (docs/samplers.md).
 */
function unrankedOf(sweep: Description["sweep"], { populations, projections }: Topology): readonly string[] {
  if (sweep === null || !screens(sweep)) return [];
  const names = projections.flatMap(({ kernel, target }) => (kernel === undefined ? [] : populations[target].name));
  return names.length === 0
    ? []
    : [
        `the analytical model does not rank chips for convolutions (into ${names.join(", ")}); search with sweep.sampler.name: nsga2 or tpe`,
      ];
}

/** The reader of NIR networks, larger than all else that a check needs, is loaded for a NIR network only. */
function topologyFor(experiment: Experiment, network: ModelNetwork, data: SampleSet): Promise<Topology> {
  return byKind(network, {
    own: async (own) => ownTopology(own, experiment.precision),
    nir: async (nir) => {
      const { modelTopology } = await import("./model-topology.js");
      return modelTopology(experiment, nir, data);
    },
  });
}

/** Models of recorded chips are loaded for those only. */
async function checkCoupled(description: Description, values: Values, search: SearchSize | null): Promise<CoupledCheck> {
  const { evaluateCoupledPoint, readCoupledPoint } = await import("./coupled-point.js");
  const point = readCoupledPoint(description, values);
  evaluateCoupledPoint(point); // the first run also compiles
  const startMs = systemClock.monotonicMs();
  const { metrics } = evaluateCoupledPoint(point);
  const pointSeconds = (systemClock.monotonicMs() - startMs) / 1000;
  const workers = availableParallelism();
  return {
    kind: "coupled",
    file: description.file,
    document: point.document,
    experiment: point.experiment,
    sweep: description.sweep,
    caseFiles: [...point.files.keys()],
    metrics,
    search,
    estimate: { seconds: ((search?.points ?? 1) * pointSeconds) / workers, workers, pointSeconds },
  };
}
