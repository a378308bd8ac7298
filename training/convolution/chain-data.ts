/**
 * Reads the training and test data of a chain's configuration. Effects: reads files. Throws: InputError that says what
 * is missing.
 */
import { dirname, resolve } from "node:path";
import { inputError } from "../../base/errors.js";
import { type EventRecordings, eventSamples, type Recording } from "../datasets/event-samples.js";
import { type EventPlace, openEventSet } from "../datasets/event-sets.js";
import { saccadeRecordings } from "../datasets/saccades.js";
import type { ChainConfig } from "./chain-config.js";
import type { ChainData } from "./train-chain.js";

/**
 * `file`: the configuration, to which its paths are relative; `path`: the command line's folder, which is preferred.
 */
export async function loadChainData({ seed, graph, data }: ChainConfig, file: string, path: string | null): Promise<ChainData> {
  const beside = (name: string): string => resolve(dirname(file), name);
  const folder = path ?? (data.path === null ? null : beside(data.path));
  if (folder === null) throw inputError(file, `does not say where ${data.set} is`, "--data FOLDER, or path: FOLDER", "data.path");
  const place = (split: EventPlace["split"]): EventPlace => ({
    ...{ path: folder, labels: data.labels === null ? null : beside(data.labels), split },
  });
  const open = (split: EventPlace["split"]): Promise<EventRecordings> => openEventSet(data.set, place(split));
  const recorded = await open("train");
  const made = data.saccades === 0 ? null : saccadeRecordings(data.saccades, seed, null);
  let recordings = 0;
  function* both(): Generator<Recording> {
    for (const recording of recorded.recordings) {
      recordings++;
      yield recording;
    }
    if (made !== null) yield* made.recordings;
  }
  const train = eventSamples({ ...recorded, recordings: both() }, data.events, graph.stepSeconds);
  const test = eventSamples(await open("test"), data.events, graph.stepSeconds);
  return { train, recordings, test };
}
