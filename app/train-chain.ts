/** Trains a NIR network on events, with a checkpoint beside its file. Effects: reads and writes files. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type LayerChain, type NirFile, readNir, type SampleSet, shippedNames, shippedPath, writeNir } from "../arch/index.js";
import { InterruptedError, inputError, withProblems } from "../base/errors.js";
import { canonicalJson, type Json } from "../base/hash.js";
import { didYouMean } from "../base/nearest.js";
import { FEATURES_AS_THEY_ARE, independentSamples, runnableGraph, runOn } from "../sim/functional/index.js";
import { nirInputs } from "../sim/index.js";
import { chainOf, type ImportedNir, integerNir, type NirOptions, prepareNir, withWeights } from "../sim/nir/index.js";
import { systemClock } from "../sweeps/index.js";
import {
  type ChainConfig,
  type ChainTrainingEvent,
  type ChipScore,
  chainKey,
  fileCheckpoint,
  loadChainData,
  openChainData,
  recordedTestData,
  trainChain as trained,
} from "../training/index.js";
import { CHAIN_RECORD, chainRecordOf } from "./chain-record.js";
import { usual, wordsOf } from "./score-on-chip.js";

/** One network to train. */
export interface ChainJob {
  readonly kind: "chain";
  readonly file: string;
  readonly config: ChainConfig;
  readonly out: string;
  readonly command: string;
}

/** A file from whose weights a training starts. */
export interface TrainingStart {
  /** As the configuration names it. */
  readonly name: string;
  readonly path: string;
  /** Key of the configuration that names it. */
  readonly key: string;
}

/** How to train, in addition to the configuration. */
interface ChainRun {
  readonly data: string | null;
  readonly checkpoint: string;
  readonly checkpointBatches: number;
  readonly report: (event: ChainTrainingEvent) => void;
  readonly stop: () => Promise<boolean>;
  /** True: an existing file of this same network is kept. */
  readonly keeps: boolean;
}

const optionsOf = ({ graph }: ChainConfig): NirOptions => ({
  ...{ dtSeconds: graph.stepSeconds, reset: graph.reset, scheme: graph.scheme },
  ...{ integratorGain: graph.integratorGain, refractorySeconds: 0 },
});

/** The NIR file of the graph: beside the configuration, else a shipped network. Throws: InputError if there is none. */
function graphPath({ graph: { from } }: ChainConfig, file: string): string {
  const beside = resolve(dirname(file), from);
  if (existsSync(beside)) return beside;
  const shipped = shippedPath("nir", from);
  if (shipped !== null) return shipped;
  throw inputError(
    file,
    `no NIR file ${from}, neither beside this file nor among the shipped networks`,
    didYouMean(from, shippedNames("nir")) || "check the path",
    "graph.from",
  );
}

/** The NIR file from whose weights training starts; null: weights are drawn. Throws: InputError if there is none. */
export function chainStartOf({ config, file }: ChainJob): TrainingStart | null {
  const { from, weights } = config.graph;
  return weights === "drawn" ? null : { name: from, path: graphPath(config, file), key: "graph.from" };
}

async function chainFor({ config, file }: ChainJob): Promise<{ readonly begun: NirFile; readonly chain: LayerChain }> {
  const path = graphPath(config, file);
  const begun = await readNir(path);
  return { begun, chain: namedBy(file, () => chainOf(prepareNir(begun, path, optionsOf(config)))) };
}

/** Throws: InputError if the graph cannot be trained, or its recordings are not there; none of them is read. */
export async function checkChain(job: ChainJob, data: string | null): Promise<void> {
  await chainFor(job);
  await openChainData(job.config, job.file, data);
}

/**
 * Trains one network; false: the file already held it. Throws: InputError; InterruptedError if it was stopped, after
 * its checkpoint was written.
 */
export async function trainChain(job: ChainJob, run: ChainRun): Promise<Json | null> {
  const { file, config, out, command } = job;
  const { begun, chain } = await chainFor(job);
  const data = await loadChainData(config, file, run.data);
  if (run.keeps && existsSync(out)) {
    const record = chainRecordOf((await readNir(out)).graph);
    if (keyOf(record) === chainKey(config, chain, data.train.hash) && recordedTestData(record) === data.test.hash) return null;
  }
  const made = (of: LayerChain): NirFile => ({ ...begun, graph: withWeights(begun.graph, of) });
  const checkpoint = fileCheckpoint(run.checkpoint);
  const result = await trained(config, {
    ...data,
    base: config.graph.weights === "drawn" ? null : { name: config.graph.from, record: chainRecordOf(begun.graph) },
    ...{ file, chain, command, report: run.report, stop: run.stop },
    nowMs: systemClock.monotonicMs,
    checkpoint,
    checkpointBatches: run.checkpointBatches,
    score: (of) => scoreInIntegers(prepareNir(made(of), out, optionsOf(config)), data.test),
  });
  if (result === null) throw new InterruptedError(`the checkpoint is ${run.checkpoint}; the same command continues`);
  const { graph, ...rest } = made(result.chain);
  // The old metadata describe another network.
  await writeNir(out, { ...rest, graph: { ...graph, metadata: new Map([[CHAIN_RECORD, canonicalJson(result.record)]]) } });
  checkpoint.clear();
  return result.record;
}

/** Runs `work`; its errors name the configuration that named the graph. */
const namedBy = <T>(file: string, work: () => T): T =>
  withProblems(work, (problem) => ({
    ...problem,
    ...{ file, path: "graph.from", message: `${problem.file}: ${problem.path === "" ? "" : `${problem.path}: `}${problem.message}` },
  }));

const keyOf = (record: Json): Json => (typeof record === "object" && record !== null && "key" in record ? record.key : null);

function scoreInIntegers(imported: ImportedNir, samples: SampleSet): ChipScore {
  const { graph } = integerNir(
    imported,
    usual.precision,
    nirInputs(FEATURES_AS_THEY_ARE.encoding, samples, { first: 0, size: samples.inputs }, usual.precision.integers),
  );
  const utterances = Uint32Array.from({ length: samples.frameStart.length - 1 }, (_, u) => u);
  const { correct, scored, errors } = runOn(runnableGraph(graph), samples, { utterances, traced: new Uint32Array() }, FEATURES_AS_THEY_ARE);
  return { correct, scored, samples: independentSamples(errors) ?? 0, precision: wordsOf(usual.precision) };
}
