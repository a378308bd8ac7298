/** Imports a pair of SANA-FE files, architecture and network, and runs it. Effects: reads and writes files. */
import { pathOf } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { MOST_STREAMED_BYTES, MOST_TEXT_BYTES, readPieces, readText } from "../base/read-file.js";
import { refuseInput } from "../base/refuse-input.js";
import { writePieces } from "../base/write-file.js";
import {
  flitWarnings,
  importSanafe as imported,
  SANAFE_TIMES,
  type SanafeImport,
  type SanafeRun,
  type SanafeTime,
  sanafeParts,
  spikeRows,
} from "../sim/sanafe/index.js";
import { checkedOptions } from "./checked-options.js";
import type { Progress } from "./progress.js";
import { unlessAborted } from "./unless-aborted.js";

export type { SanafeRun, SanafeTime } from "../sim/sanafe/index.js";

/** How a pair of SANA-FE files is run, and what is recorded. */
export interface SanafeOptions {
  /** Timesteps to run, at most 1,000,000; null: the pair is only read. */
  readonly steps?: number | null;
  /** Seed of random inputs; default: 1. Only with `steps`. */
  readonly seed?: number;
  /** File for rows of neuron and timestep; null: none. */
  readonly spikes?: string | null;
  /** Models of a step's time to compute; spikes, counts and energies do not depend on them. Only with `steps`. */
  readonly times?: readonly SanafeTime[];
  /** Told how many steps are done. */
  readonly onProgress?: (progress: Progress) => void;
  /** Gives up between two steps; no file of spikes is written. */
  readonly signal?: AbortSignal;
}

/** A chip and a network of SANA-FE, as the program read them. */
export interface SanafePair {
  /** Counts of the architecture file. */
  readonly chip: { readonly name: string; readonly width: number; readonly height: number; readonly tiles: number; readonly cores: number };
  /** Counts of the network file. */
  readonly network: { readonly name: string; readonly neurons: number; readonly synapses: number; readonly axons: number };
  /** Neuron groups of the network, in the file's order. */
  readonly groups: readonly SanafeGroup[];
  /** Sentences about what the program could not read. */
  readonly warnings: readonly string[];
  /** Counts, energy and times of each step; null: it was not run. */
  readonly run: SanafeRun | null;
}

/** A neuron group: the cores that hold it, and the models that run there. */
export interface SanafeGroup {
  /** Its name. */
  readonly group: string;
  /** Number of neurons. */
  readonly neurons: number;
  /** `unit (model)` of its neurons, each once. */
  readonly somas: readonly string[];
  /** `unit (model)`, each once. */
  readonly dendrites: readonly string[];
  /** `tile.offset`, each once, in order. */
  readonly cores: readonly string[];
}

function groupsOf({ bound }: SanafeImport): SanafeGroup[] {
  const { chip, network } = bound;
  return network.groups.map(({ name, first, size }) => {
    /** Distinct values of its neurons, in the order in which they come. */
    const each = (of: Int32Array): number[] => [...new Set(of.subarray(first, first + size))];
    const unit = (kind: "somas" | "dendrites", of: Int32Array): string[] => {
      const named = new Set<string>();
      let [lastCore, lastUnit] = [-1, -1];
      for (let neuron = first; neuron < first + size; neuron++) {
        if (bound.coreOf[neuron] === lastCore && of[neuron] === lastUnit) continue;
        [lastCore, lastUnit] = [bound.coreOf[neuron], of[neuron]];
        const used = chip.cores[lastCore][kind][lastUnit];
        named.add(`${used.name.replace(/\[\d+\]$/, "")} (${used.model})`);
      }
      return [...named];
    };
    const cores = each(bound.coreOf)
      .sort((a, b) => a - b)
      .map((id) => chip.cores[id]);
    return {
      ...{ group: name, neurons: size, somas: unit("somas", bound.somaUnit), dendrites: unit("dendrites", bound.dendriteUnit) },
      cores: cores.map((core) => `${core.tile}.${core.id - chip.tiles[core.tile].cores[0]}`),
    };
  });
}

/** Steps in parts, so that others are told of them, or can stop them. */
async function runInParts(
  parts: Generator<number, SanafeRun, undefined>,
  total: number,
  { onProgress = () => {}, signal }: SanafeOptions,
): Promise<SanafeRun> {
  for (;;) {
    await unlessAborted(signal);
    const { done, value } = parts.next();
    if (done) return value;
    onProgress({ work: "run", done: value, total, unit: "steps" });
  }
}

/**
 * Reads a SANA-FE architecture and network, and runs them for the given steps.
 *
 * @throws InputError if a file cannot be read or the two do not fit together; the signal's reason if it has stopped the
 * run
 */
export async function importSanafe(architecture: string, network: string, options: SanafeOptions = {}): Promise<SanafePair> {
  checkedOptions(
    "importSanafe",
    options,
    {
      ...{ steps: "whole number from 1 or null", seed: "whole number from 0", spikes: "text or null", times: "list of text" },
      ...{ onProgress: "function", signal: "signal" },
    },
    ({ steps: run = null, seed: random, times: models }) => [
      [run === null && random !== undefined, "seed", "has no effect without steps"],
      [run === null && models !== undefined, "times", "has no effect without steps"],
    ],
  );
  const { steps = null, seed = 1, spikes = null, times = ["simple", "flit"], signal } = options;
  const unknown: string | undefined = times.find((time) => !SANAFE_TIMES.includes(time));
  if (unknown !== undefined) {
    const got = unknown === "none" ? "none stands alone" : `got ${quoted(unknown)}`;
    throw inputError("--time", `${got}, expected none or some of ${SANAFE_TIMES.join(",")}`);
  }
  if (spikes !== null && steps === null) throw inputError("--spikes", "needs --steps", "add --steps N");
  signal?.throwIfAborted();
  const wanted = { what: "file", fix: "name a SANA-FE architecture and a network", pipes: true } as const;
  const [chipFile, networkFile] = [pathOf(architecture, "sanafe"), pathOf(network, "sanafe")];
  if (spikes !== null) refuseInput("--spikes", spikes, [chipFile, networkFile]);
  const pair = imported(
    { file: chipFile, text: readText(chipFile, { ...wanted, mostBytes: MOST_TEXT_BYTES }) },
    { file: networkFile, pieces: readPieces(networkFile, { ...wanted, mostBytes: MOST_STREAMED_BYTES }) },
  );
  const run = steps === null ? null : await runInParts(sanafeParts(pair.bound, steps, seed, times), steps, options);
  const ofTimes = run !== null && times.includes("flit") ? flitWarnings(pair.bound.chip) : [];
  if (spikes !== null && run !== null) await writePieces(spikes, spikeRows(pair.bound, run));
  const { chip, network: net } = pair.bound;
  const { name, width, height } = chip;
  return {
    chip: { name, width, height, tiles: chip.tiles.length, cores: chip.cores.length },
    network: {
      name: net.name,
      neurons: net.attributes.length,
      synapses: pair.bound.synapseTarget.length,
      axons: pair.bound.axonCore.length,
    },
    groups: groupsOf(pair),
    warnings: [...pair.warnings, ...ofTimes],
    run,
  };
}
