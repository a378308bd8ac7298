/** Runs any coupled chip on recorded or synthetic inputs and gives its summary as flat numbers: what sweeps and tables need. */
import type { CoupledChip } from "../../../arch/index.js";
import type { CaseFiles } from "./case-files.js";
import { odinCase, runOdin } from "./odin.js";
import { runRanc } from "./ranc.js";
import { rancCase } from "./ranc-case.js";
import { runSnnDse, snnDseCase } from "./snn-dse.js";
import { runSnnDsePipeline } from "./snn-dse-pipeline.js";
import { runTinyOdin, tinyOdinCase } from "./tinyodin.js";
import { odinWorkload, rancWorkload, snnDsePipelineWorkload, snnDseWorkload, tinyOdinWorkload, type WorkloadRequest } from "./workload.js";

/** Files of a case (its registers are the chip's first values), or a synthetic workload. */
export type CoupledInput =
  | { readonly kind: "case"; readonly files: CaseFiles }
  | { readonly kind: "synthetic"; readonly request: WorkloadRequest };

/** Numbers of a run by name; nested names are joined with dots. */
export type CoupledMetrics = { readonly [name: string]: number };

/**
 * Runs `chip`. With a case, its registers go into the chip first and `change` (a sweep's values) comes after.
 * Throws InputError where inputs do not fit the chip.
 */
export function runCoupled(chip: CoupledChip, input: CoupledInput, change: (chip: CoupledChip) => CoupledChip): CoupledMetrics {
  switch (chip.model) {
    case "tinyodin": {
      const given = input.kind === "case" ? tinyOdinCase(chip, input.files) : null;
      const point = changed(given?.chip ?? chip, change);
      const stimulus = given?.stimulus ?? tinyOdinWorkload(point, requestOf(input));
      return flat(runTinyOdin(point, stimulus, false).summary);
    }
    case "odin": {
      const given = input.kind === "case" ? odinCase(chip, input.files) : null;
      const point = changed(given?.chip ?? chip, change);
      return flat(runOdin(point, given?.stimulus ?? odinWorkload(point, requestOf(input))).summary);
    }
    case "ranc": {
      const given = input.kind === "case" ? rancCase(chip, input.files) : null;
      const point = changed(given?.chip ?? chip, change);
      const { summary } = runRanc(point, given?.stimulus ?? rancWorkload(point, requestOf(input)));
      const { cores: _, ...totals } = summary;
      return flat(totals);
    }
    case "snn-dse": {
      const given = input.kind === "case" ? snnDseCase(chip, input.files) : null;
      const point = changed(given?.chip ?? chip, change);
      return flat(runSnnDse(point, given?.stimulus ?? snnDseWorkload(requestOf(input))).summary);
    }
    case "snn-dse-pipeline": {
      const point = changed(chip, change);
      return { total_cycles: runSnnDsePipeline(point, snnDsePipelineWorkload(point, requestOf(input))).totalCycles };
    }
  }
}

function requestOf(input: CoupledInput): WorkloadRequest {
  if (input.kind === "synthetic") return input.request;
  throw new Error("this chip has no recorded cases");
}

/** A sweep changes numbers, never the model. */
function changed<Kind extends CoupledChip>(chip: Kind, change: (chip: CoupledChip) => CoupledChip): Kind {
  return change(chip) as Kind;
}

function flat(value: unknown, path = ""): { [name: string]: number } {
  if (typeof value === "number") return { [path]: value };
  if (typeof value === "boolean") return { [path]: value ? 1 : 0 };
  if (typeof value !== "object" || value === null) return {};
  return Object.assign({}, ...Object.entries(value).map(([key, entry]) => flat(entry, path === "" ? key : `${path}.${key}`))) as {
    [name: string]: number;
  };
}
