/** What one `arch.yaml` says: a chip, a network, a workload, a precision, a mapping, and perhaps a sweep. */
import type { Json } from "../base/hash.js";
import type { Chip } from "./chip.js";
import type { Precision } from "./precision.js";
import type { ResetRule } from "./reset-rule.js";

/** How features become what the network's input takes in each step. */
export interface InputEncoding {
  /**
   * `direct`: the features as currents, times the gain. `rate`: a spike with probability gain x feature. `latency`: one spike a frame, larger
   * features earlier. `delta`: +1 or -1 where a feature moved. `level-crossing`: the signed number of levels it passed.
   */
  readonly kind: "direct" | "rate" | "latency" | "delta" | "level-crossing";
  /** Network steps that one frame lasts. */
  readonly stepsPerFrame: number;
  /** Of direct and rate. */
  readonly gain: number;
  /** `delta`, `level-crossing`: change that spikes. `latency`: features at or below it stay silent. */
  readonly threshold: number;
}

/** How the throughput of utterances back to back is found: waves of which all is known count as they were, or all are run. */
export type SteadyState = "composed" | "replayed";

export interface Workload {
  /** Name of a data-set reader, e.g. `mnist-rows`; `spike-file` for spikes of other tools. */
  readonly dataset: string;
  /** Folder of the user's copy, or the spike file; null for embedded sets. */
  readonly path: string | null;
  /** Class numbers of a spike file's samples, one a line; null: none are known, and there is no accuracy. */
  readonly labels: string | null;
  readonly encoding: InputEncoding;
  readonly split: "train" | "test";
  /** Utterances for accuracy. */
  readonly samples: number;
  /** Utterances, drawn by seed from those, whose spikes are replayed on the chip. */
  readonly timingSamples: number;
  readonly seed: number;
  readonly steadyState: SteadyState;
}

export interface MappingRequest {
  readonly strategy: "sequential" | "balanced" | "min-traffic" | "manual";
  /** Partial or full placement for `manual`: population name -> core ids in order; the rest is filled sequentially. */
  readonly manual: { readonly [population: string]: readonly number[] };
  /** At most this many neurons of one population a core; null: as many as fit. */
  readonly maxNeuronsPerCore: number | null;
  readonly seed: number;
}

/** What a NIR file does not say. */
export interface NirRequest {
  /** Seconds of one network step; null where no NIR network and no file of events in seconds is run. */
  readonly stepSeconds: number | null;
  /** What a spike does to the voltage; null where no NIR network is run. */
  readonly reset: ResetRule | null;
  readonly scheme: "euler" | "zoh";
  readonly integratorGain: "unit" | "dt";
  readonly refractorySeconds: number;
}

/** One design point, complete and frozen. */
export interface Experiment {
  readonly chip: Chip;
  readonly network: { readonly model: string; readonly nir: NirRequest };
  readonly workload: Workload;
  readonly precision: Precision;
  readonly mapping: MappingRequest;
}

/** One searched parameter. `path` addresses any scalar of the document, e.g. `tile.core.lanes`, `precision.weight_bits`. */
export interface SweepParameter {
  /** Short name for tables, unique; default the path's last part. */
  readonly name: string;
  readonly path: string;
  readonly domain:
    | { readonly kind: "list"; readonly values: readonly (number | string | boolean)[] }
    | { readonly kind: "range"; readonly low: number; readonly high: number; readonly step: number | null; readonly integer: boolean }
    | { readonly kind: "log"; readonly low: number; readonly high: number }
    | { readonly kind: "power-of-two"; readonly low: number; readonly high: number }
    /** Not searched: computed from other parameters by an arithmetic expression over their names. */
    | { readonly kind: "derived"; readonly expression: string };
  /** Active only if this comparison over other parameters' names holds; null: always. */
  readonly when: string | null;
}

export interface SweepObjective {
  /** A metric name, e.g. `energy_uj_per_inference`. */
  readonly metric: string;
  readonly direction: "min" | "max";
}

export interface SweepSpec {
  readonly parameters: readonly SweepParameter[];
  readonly objectives: readonly SweepObjective[];
  /** Comparisons over metric or parameter names, e.g. `area_mm2 <= 2`. */
  readonly constraints: readonly string[];
  readonly sampler: {
    readonly name: string;
    readonly budget: number;
    readonly seed: number;
    readonly options: { readonly [key: string]: Json };
  };
  /** Natural values in the objectives' order; null: fixed from the first points and stored. */
  readonly referencePoint: readonly number[] | null;
}
