/** Checks a description and estimates its search, without running it. Effects: reads files. */
import { availableParallelism } from "node:os";
import {
  areaOf,
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
  nocTopology,
  ofKind,
  type SampleSet,
  type SweepSpec,
  type Topology,
} from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { type DieFlow, dieFlow } from "../sim/expect/index.js";
import { checkFit, demandSpikes, isLabelled, withoutZeros } from "../sim/functional/index.js";
import { demandRunnable, fitsIf, needsOn, refusedBefore } from "../sim/index.js";
import {
  bitsInDram,
  type HeldWeights,
  heldWeights,
  mapNetwork,
  placesBySpikes,
  stateBitsInDram,
  summingNeurons,
} from "../sim/mapping/index.js";
import { leastBarrier } from "../sim/program/index.js";
import {
  busyWorkers,
  type Effort,
  elapsedSeconds,
  expectedEffort,
  type Intervals,
  type LearningEffort,
  type LearningSearch,
  type SearchSize,
  screens,
  searchSize,
} from "../sweeps/index.js";
import { recordedDensity } from "../training/index.js";
import { checkedOptions, demandDescription } from "./checked-options.js";
import { chipWarnings } from "./chip-warnings.js";
import type { CoupledMetrics } from "./coupled-point.js";
import { checkCoupledSearch } from "./coupled-search.js";
import { workloadWarnings } from "./data-warnings.js";
import { fastClocks, type HighestClock, highestClocks } from "./fast-clocks.js";
import { checkPriced } from "./fpga-objectives.js";
import { idleKeys } from "./idle-keys.js";
import { type LoadedModel, loadModel, samplesFor, shortageOf } from "./inputs.js";
import { integersFor } from "./integers-for.js";
import { modelWarnings, readingWarnings, searchedModelWarnings } from "./model-warnings.js";
import { type Description, type Values, withValues } from "./open.js";
import { inSection } from "./problem-places.js";
import { roundedTimes } from "./rounded-times.js";
import { searchedLanes } from "./searched-lanes.js";
import { hasSeveralDies } from "./shared-dram.js";
import { silentPrices } from "./silent-prices.js";
import { sweptCases, sweptFiles } from "./swept-files.js";
import { sweptRefusals } from "./swept-integers.js";
import { TrainingFiles } from "./training-files.js";
import { intervalsOfFpga } from "./uncertainty.js";
import { unjudgedAccuracy } from "./unjudged-accuracy.js";
import { unlessAborted } from "./unless-aborted.js";
import { unrolledOf } from "./unrolled.js";

/** The check of an ordinary chip: the point as written, and its search. */
export interface ChipCheck {
  /** Tells it from the check of a coupled chip. */
  readonly kind: "board";
  /** The description, as the caller named it. */
  readonly file: string;
  /** The description with what it extends and the caller's values. */
  readonly document: Description["document"];
  /** The point as written, resolved. */
  readonly experiment: Experiment;
  /** The description's search; null: it has none. */
  readonly sweep: Description["sweep"];
  /** Model file, and its populations in order. */
  readonly model: { readonly path: string; readonly populations: readonly { readonly name: string; readonly neurons: number }[] };
  /** Area of the point as written; null for an FPGA. */
  readonly areaMm2: number | null;
  /**
   * Resources that the point takes of its FPGA, with the intervals of the metrics that count them; null for silicon.
   */
  readonly fpga: (FpgaUse & { readonly intervals: Intervals }) | null;
  /** Highest clock of each kind of block of the point as written, slowest first; empty for an FPGA (`fpga` has it). */
  readonly highestClocks: readonly HighestClock[];
  /** How the synapse memories hold matrices with zeros, or with rows that neurons share. */
  readonly heldWeights: readonly HeldWeights[];
  /** Throughput of the links between dies; null if no link leaves a die. */
  readonly dieLinks: DieFlow | null;
  /** Memories that would be smaller if they were of another kind. */
  readonly cheaperKinds: readonly CheaperKind[];
  /** Neurons that the placement puts on each core; empty if the point does not fit. */
  readonly neuronsOfCore: readonly number[];
  /** How many of these only hold a part of another neuron's sum, because its fan-in is cut. */
  readonly summingNeurons: number;
  /** True if a run, which knows the spikes, may place neurons otherwise. */
  readonly isPlacedByGuess: boolean;
  /** Least cycles of a barrier between two waves, on the cores in use; 0 if the point does not fit. */
  readonly leastBarrierCycles: number;
  /** Bits of weights and states that lie in DRAM. */
  readonly spilledBits: number;
  /** Bits of states that lie in DRAM. */
  readonly spilledStateBits: number;
  /** Why the point as written does not fit; null if it fits. Other points of the search may fit. */
  readonly infeasible: InfeasibleError | null;
  /** null: no search. */
  readonly search: SearchSize | null;
  /** Time and memory of the search, or of the point; null if nothing fits. */
  readonly estimate: Effort | null;
  /**
   * Networks that the search trains, and the processor time of their training, which `estimate` leaves out; null: none.
   */
  readonly learning: LearningEffort | null;
  /** Sentences about keys that have little or no effect, and about what the program cannot do well. */
  readonly warnings: readonly string[];
}

/** The check of a coupled chip, whose time feeds back into function. The chip is run once. */
export interface CoupledCheck {
  /** Tells it from the check of an ordinary chip. */
  readonly kind: "coupled";
  /** The description, as the caller named it. */
  readonly file: string;
  /** The description with what it extends and the caller's values. */
  readonly document: Description["document"];
  /** The point as written, resolved. */
  readonly experiment: CoupledExperiment;
  /** The description's search; null: it has none. */
  readonly sweep: Description["sweep"];
  /** Names of the case's files; empty for synthetic inputs. */
  readonly caseFiles: readonly string[];
  /** Metrics of the point as written, which was run. */
  readonly metrics: CoupledMetrics;
  /** null: no search. */
  readonly search: SearchSize | null;
  /** Seconds of the whole search, and of one point. */
  readonly estimate: { readonly seconds: number; readonly workers: number; readonly pointSeconds: number };
  /**
   * Sentences about prices that stay as written although the parts that they price change, and cases that are not
   * there.
   */
  readonly warnings: readonly string[];
}

/** The result of `check`, by the kind of chip. */
export type Check = ChipCheck | CoupledCheck;

/**
 * Checks a description: resolved chip, capacity, area, size of the search, and an estimate of its time and memory.
 *
 * @param description what `open` gave
 * @param options `values`: values by path, set first; `signal`: gives up between two steps
 * @returns the check; a point that does not fit is not an error but a result (`infeasible`)
 * @throws InputError if the values, the model or the data cannot be read or do not fit together
 */
export async function check(
  description: Description,
  options: { readonly values?: Values; readonly signal?: AbortSignal } = {},
): Promise<Check> {
  const { values = {}, signal } = checkedOptions("check", options, { values: "object", signal: "signal" });
  demandDescription("check", description);
  const { document, experiment } = withValues(description, values, "--set");
  await unlessAborted(signal);
  const { sweep, file } = description;
  ofKind(experiment, {
    board: () => undefined,
    coupled: (found) => {
      if (sweep !== null) checkCoupledSearch(sweep, found, file);
    },
  });
  const search = sweep === null ? null : searchSize(sweep, file);
  return ofKind<Promise<Check>>(experiment, {
    board: async (board) => {
      const trained = board.network.training === null ? null : new TrainingFiles(description.file).configsOf(board);
      const { kind, file, warnings, ...found } = await checkChip(description, board, values, search, signal);
      return {
        kind,
        file,
        document,
        ...found,
        warnings: [...warnings, ...idleKeys(description, values, board, document, trained), ...roundedTimes(board, document)],
      };
    },
    coupled: async () => checkCoupled(description, values, search),
  });
}

/** If the search trains its networks, the check uses a network of the shape as written with random weights. */
async function modelAndData(
  experiment: Experiment,
  { file, plugins }: Description,
  search: LearningSearch | null,
): Promise<{ readonly model: Omit<LoadedModel, "hash">; readonly data: SampleSet; readonly learning: LearningEffort | null }> {
  if (experiment.network.training !== null) {
    const files = new TrainingFiles(file);
    const data = await files.samples(experiment);
    const network = files.untrained(experiment, data);
    const learning = await files.effort(experiment, network, search);
    return { model: { network, record: null, heldOut: null, path: experiment.network.model, warnings: [] }, data, learning };
  }
  const model = await loadModel(experiment, file, plugins);
  return { model, data: await samplesFor(model, experiment, file), learning: null };
}

async function checkChip(
  description: Description,
  experiment: Experiment,
  values: Values,
  search: SearchSize | null,
  signal: AbortSignal | undefined,
): Promise<Omit<ChipCheck, "document">> {
  const { file, sweep } = description;
  if (sweep !== null) checkPriced(sweep, experiment, file);
  const { model, data, learning } = await modelAndData(
    experiment,
    description,
    sweep === null || search === null ? null : { spec: sweep, size: search },
  );
  const { runnable, lost } = await integersFor(experiment, model.network, data);
  checkFit(runnable, data);
  const isUnmade = experiment.network.training !== null;
  const topology = isUnmade ? withoutZeros(runnable.topology) : runnable.topology;
  const refused = isUnmade ? [] : await sweptRefusals(description, experiment, values, { network: model.network, data, topology });
  const { chip, precision, mapping } = experiment;
  const needs = needsOn(chip, precision, topology);
  const fpga = fpgaUse(chip, precision, needs);
  let infeasible: InfeasibleError | null = null;
  const unsure: string[] = [];
  let estimate: Effort | null = null;
  let neuronsOfCore: readonly number[] = [];
  let summing = 0;
  let leastBarrierCycles = 0;
  let spilledBits = 0;
  let spilledStateBits = 0;
  try {
    demandSpikes(runnable);
    const placement = await inSection(file, "mapping", () => mapNetwork(topology, chip, precision, mapping, null));
    neuronsOfCore = chip.cores.map(({ id }) =>
      placement.slices.filter(({ core }) => core === id).reduce((sum, { neurons }) => sum + neurons, 0),
    );
    summing = summingNeurons(placement);
    const usedCores = placement.usedCores.map((id) => chip.cores[id]);
    leastBarrierCycles = leastBarrier(usedCores, placement.topology, precision);
    spilledBits = bitsInDram(placement, chip, precision);
    spilledStateBits = stateBitsInDram(placement, chip, precision);
    if (fpga !== null) checkFpga(fpga);
    checkFrame(chip, topology);
    checkClock(chip, precision, needs);
    demandRunnable(chip, precision, topology, placement);
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    if (isUnmade && refusedBefore(experiment, topology) === null)
      unsure.push(`as written, the network fits only if ${fitsIf(chip, mapping, topology)}: ${error.message}`);
    else infeasible = error;
  }
  await unlessAborted(signal);
  if (infeasible === null || sweep !== null) {
    const described = { experiment, topology, network: model.network, density: recordedDensity(model.record), data, search, learning };
    const host = { workers: availableParallelism(), residentBytes: process.memoryUsage.rss() };
    estimate = await expectedEffort({ ...description, experiment }, values, described, host);
  }
  return {
    kind: "board",
    file,
    experiment,
    sweep,
    model: { path: model.path, populations: topology.populations.map(({ name, neurons }) => ({ name, neurons })) },
    areaMm2: areaOf(chip, precision, needs).totalMm2,
    fpga: fpga === null ? null : { ...fpga, intervals: intervalsOfFpga(experiment, fpga) },
    highestClocks: highestClocks(chip, precision, needs),
    heldWeights: heldWeights(chip, precision, topology),
    dieLinks: dieFlow(chip),
    cheaperKinds: cheaperKinds(chip),
    neuronsOfCore,
    summingNeurons: summing,
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
      ...(sweep === null
        ? [
            ...modelWarnings(model, precision),
            ...(await readingWarnings(experiment, model.network)),
            ...(await workloadWarnings(model, experiment, file)),
          ]
        : await searchedModelWarnings(file, experiment, sweep)),
      ...lost,
      ...refused,
      ...(sweep === null ? [] : sweptFiles(file, experiment, sweep)),
      ...unsure,
      ...unrolledOf(chip, topology),
      ...unrankedOf(sweep, topology),
      ...idleDies(chip, sweep),
      ...chipWarnings(experiment, topology, sweep),
      ...(sweep === null || !isLabelled(data) ? [] : unjudgedAccuracy(sweep)),
      ...lateCredits(chip),
      ...idleLanes(chip.cores, precision, needs),
      ...(sweep === null ? [] : searchedLanes({ ...description, experiment }, sweep, topology)),
      ...fastClocks(chip, precision, needs, sweep),
      ...silentPrices(description, experiment, topology),
    ],
  };
}

/** Warns of a chip with one die, as written and in every point of a search: no link leaves it. */
function idleDies(chip: Chip, sweep: SweepSpec | null): readonly string[] {
  const { dies } = chip.noc;
  if (dies === null || hasSeveralDies(chip, sweep)) return [];
  return ["noc.dies is one die: its bandwidth and latency have no effect; set noc.dies.columns or noc.dies.rows"];
}

/** Warns of links between dies that wait for credits although their bandwidth would pass more flits. */
function lateCredits(chip: Chip): readonly string[] {
  const flow = dieFlow(chip);
  if (flow === null || flow.boundBy === "bandwidth") return [];
  const { virtualChannels, vcBufferFlits } = chip.noc;
  const vcs = `${nocTopology(chip.noc).wraps ? "half of " : ""}${virtualChannels} virtual channels`;
  const [why, change] =
    flow.coveringFlits === null
      ? [`packets keep ${vcs} while their heads wait`, "more noc.virtual_channels"]
      : [
          `${vcs} of ${vcBufferFlits} flits hold less than the links could pass in that time`,
          `noc.vc_buffer_flits: ${flow.coveringFlits} or more, or more noc.virtual_channels,`,
        ];
  return [
    `links between dies wait for credits: a round trip takes ${flow.roundTripCycles.toFixed(0)} cycles, and ${why}; ${change} would use their bandwidth`,
  ];
}

/**
 * Warns of layers on which the analytical model does not rank chips, for a search that chooses its points by that model
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

/** Models of recorded chips are loaded only for such a chip. */
async function checkCoupled(description: Description, values: Values, search: SearchSize | null): Promise<CoupledCheck> {
  const { evaluateCoupledPoint, readCoupledPoint, secondsOfPoint } = await import("./coupled-point.js");
  const { coupledPriceWarnings } = await import("./coupled-prices.js");
  const point = readCoupledPoint(description, values);
  const { metrics } = evaluateCoupledPoint(point);
  const pointSeconds = secondsOfPoint(point);
  const points = search?.points ?? 1;
  const processors = availableParallelism();
  const workers = busyWorkers(processors, points);
  const seconds = elapsedSeconds(points * pointSeconds, search === null ? 0 : workers, processors);
  return {
    kind: "coupled",
    file: description.file,
    document: point.document,
    experiment: point.experiment,
    sweep: description.sweep,
    caseFiles: [...point.files.keys()],
    metrics,
    search,
    estimate: { seconds, workers, pointSeconds },
    warnings: [
      ...coupledPriceWarnings(point.experiment, description.sweep),
      ...(description.sweep === null ? [] : sweptCases(description.file, description.sweep)),
    ],
  };
}
