/** The content of one `arch.yaml`: a chip, a network, a workload, a precision, a mapping, and an optional sweep. */
import type { Json } from "../base/hash.js";
import type { Camel } from "./camel.js";
import type { Chip } from "./chip.js";
import type { EventSlicing } from "./event-steps.js";
import type { Precision } from "./precision.js";
import type { RootDocument } from "./schema.js";
import type { TrainingRequest } from "./training-schema.js";

/** How features become the network's input in each step. */
export type InputEncoding = Camel<RootDocument["workload"]["encoder"]>;

/** How throughput of successive utterances is found: known waves are counted without running them, or all waves run. */
export type SteadyState = RootDocument["workload"]["steady_state"];

/** Data of one input, for a network of several inputs. */
export interface InputPlace {
  /** Name of the Input node. */
  readonly input: string;
  readonly path: string;
  /** null: a spike file. */
  readonly events: EventSlicing | null;
}

export interface Workload extends Omit<Camel<RootDocument["workload"]>, "encoder" | "events" | "inputs"> {
  /** Empty: the data set has the values of all inputs. */
  readonly inputs: readonly InputPlace[];
  readonly encoding: InputEncoding;
  /** null: the data set has no events. */
  readonly events: EventSlicing | null;
}

export interface MappingRequest extends Omit<Camel<RootDocument["mapping"]>, "manual"> {
  /** Placement for `manual`: population name -> core ids in order; other neurons are placed sequentially. */
  readonly manual: { readonly [population: string]: readonly number[] };
}

/** What a NIR file does not contain. */
type NirRequest = Camel<RootDocument["network"]["nir"]>;

/** One design point, complete and frozen. */
export interface Experiment {
  readonly chip: Chip;
  readonly network: {
    /** File of the model; for a model that a search trains, its name (`requestName`). */
    readonly model: string;
    readonly nir: NirRequest;
    readonly lava: Camel<RootDocument["network"]["lava"]>;
    /** How the network is trained; null: it is read from a file. */
    readonly training: TrainingRequest | null;
  };
  readonly workload: Workload;
  readonly precision: Precision;
  readonly mapping: MappingRequest;
}

/**
 * One searched parameter. `path` addresses any scalar of the document, e.g. `tile.core.lanes`, `precision.weight_bits`.
 */
export interface SweepParameter {
  /** Short name for tables, unique; default the path's last part. */
  readonly name: string;
  readonly path: string;
  readonly domain:
    | { readonly kind: "list"; readonly values: readonly (number | string | boolean)[] }
    | { readonly kind: "range"; readonly low: number; readonly high: number; readonly step: number | null; readonly integer: boolean }
    | { readonly kind: "log"; readonly low: number; readonly high: number }
    | { readonly kind: "power-of-two"; readonly low: number; readonly high: number }
    /** Not searched, but computed from other parameters by an arithmetic expression over their names. */
    | { readonly kind: "derived"; readonly expression: string };
  /** Active only if this comparison over other parameters' names holds; null: always. */
  readonly when: string | null;
}

interface SweepObjective {
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
  /** Values in the metrics' units, in the objectives' order; null: fixed from the first points and stored. */
  readonly referencePoint: readonly number[] | null;
}
