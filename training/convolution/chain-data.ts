/**
 * Reads the training and test data of a chain's configuration. Effects: reads files. Throws: InputError that says what
 * is missing.
 */
import { dirname, resolve } from "node:path";
import { inputError } from "../../base/errors.js";
import { type EventRecordings, eventSamples, type Recording } from "../datasets/event-samples.js";
import { openEventSplits } from "../datasets/event-sets.js";
import { recordedDigit, saccadeRecordings } from "../datasets/saccades.js";
import type { ChainConfig } from "./chain-config.js";
import { type ChainData, heldOut } from "./train-chain.js";

/**
 * The recordings of a configuration, none of which is read yet. `file`, `path`: as `loadChainData`.
 */
export async function openChainData(
  { data }: ChainConfig,
  file: string,
  path: string | null,
): Promise<{ readonly train: EventRecordings; readonly test: EventRecordings }> {
  const beside = (name: string): string => resolve(dirname(file), name);
  const folder = path ?? (data.path === null ? null : beside(data.path));
  if (folder === null) throw inputError(file, `does not say where ${data.set} is`, "--data FOLDER, or path: FOLDER", "data.path");
  return openEventSplits(data.set, { path: folder, labels: data.labels === null ? null : beside(data.labels) });
}

/**
 * Digits whose recordings are held out are not made into events: the error would be watched on what was learnt.
 *
 * `file`: the configuration, to which its paths are relative; `path`: the command line's folder, which is preferred.
 */
export async function loadChainData(config: ChainConfig, file: string, path: string | null): Promise<ChainData> {
  const { seed, graph, data } = config;
  const { train: recorded, test: tested } = await openChainData(config, file, path);
  const names: string[] = [];
  function* both(): Generator<Recording> {
    for (const recording of recorded.recordings) {
      names.push(recording.name);
      yield recording;
    }
    if (data.saccades === 0) return;
    const held = new Set(heldOut(config, names.length).flatMap((at) => recordedDigit(names[at]) ?? []));
    yield* saccadeRecordings(data.saccades, seed, null, held).recordings;
  }
  const train = eventSamples({ ...recorded, recordings: both() }, data.events, graph.stepSeconds);
  const test = eventSamples(tested, data.events, graph.stepSeconds);
  return { train, recordings: names.length, test };
}
