/** Runs any coupled chip on recorded or synthetic inputs: its summary as flat numbers, its trace, and what is common to all such chips. */

import type { CoupledChip } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { CaseFiles } from "./case-files.js";
import { aerFacts, type CoupledFacts, rancFacts, snnDseFacts } from "./coupled-facts.js";
import { odinCase, odinStimulus, runOdin } from "./odin.js";
import { runRanc } from "./ranc.js";
import { rancCase, rancStimulus } from "./ranc-case.js";
import { runSnnDse, snnDseCase, snnDseStimulus } from "./snn-dse.js";
import { runSnnDsePipeline } from "./snn-dse-pipeline.js";
import { runTinyOdin, tinyOdinCase, tinyOdinStimulus } from "./tinyodin.js";
import { odinWorkload, rancWorkload, snnDsePipelineWorkload, snnDseWorkload, tinyOdinWorkload, type WorkloadRequest } from "./workload.js";

/** Files of a case (memories, input events, limit), or a synthetic workload. */
export type CoupledInput =
  | { readonly kind: "case"; readonly files: CaseFiles /** Null: the case's own. */; readonly limitCycles: number | null }
  | { readonly kind: "synthetic"; readonly request: WorkloadRequest };

/** Numbers of a run by name; nested names are joined with dots. */
export type CoupledMetrics = { readonly [name: string]: number };

export interface CoupledRun {
  readonly metrics: CoupledMetrics;
  readonly facts: CoupledFacts;
  /** Rows by cycle, as the chip's recorded runs have them; null: the model has no trace. */
  readonly trace: string | null;
}

/** The chip with the registers of a case in it. Throws InputError. */
function withRegisters(chip: CoupledChip, files: CaseFiles): CoupledChip {
  switch (chip.model) {
    case "tinyodin":
      return tinyOdinCase(chip, files).chip;
    case "odin":
      return odinCase(chip, files).chip;
    case "ranc":
      return rancCase(chip, files).chip;
    case "snn-dse":
      return snnDseCase(chip, files).chip;
    case "snn-dse-pipeline":
      throw noCases();
  }
}

/** Runs `chip` with, for a case, that case's registers in it; `change` (a sweep's values) comes after. Throws InputError where inputs do not fit. */
export function runCoupled(chip: CoupledChip, input: CoupledInput, change: (chip: CoupledChip) => CoupledChip): CoupledMetrics {
  return runOnInput(change(input.kind === "case" ? withRegisters(chip, input.files) : chip), input).metrics;
}

/** Runs `chip` as it is described. Throws InputError where inputs do not fit the chip. */
export function runOnInput(chip: CoupledChip, input: CoupledInput): CoupledRun {
  switch (chip.model) {
    case "tinyodin": {
      const stimulus = input.kind === "case" ? limited(tinyOdinStimulus(chip, input.files), input) : tinyOdinWorkload(chip, input.request);
      const run = runTinyOdin(chip, stimulus, false);
      return { metrics: flat(run.summary), facts: aerFacts(chip, run), trace: run.trace };
    }
    case "odin": {
      const stimulus = input.kind === "case" ? limited(odinStimulus(input.files), input) : odinWorkload(chip, input.request);
      const run = runOdin(chip, stimulus);
      return { metrics: flat(run.summary), facts: aerFacts(chip, run), trace: run.trace };
    }
    case "ranc": {
      const stimulus = input.kind === "case" ? limited(rancStimulus(chip, input.files), input) : rancWorkload(chip, input.request);
      const run = runRanc(chip, stimulus);
      const { cores: _, ...totals } = run.summary;
      return { metrics: flat(totals), facts: rancFacts(chip, stimulus, run), trace: run.trace };
    }
    case "snn-dse": {
      const stimulus = input.kind === "case" ? snnDseStimulus(input.files) : snnDseWorkload(input.request);
      const run = runSnnDse(chip, stimulus);
      return { metrics: flat(run.summary), facts: snnDseFacts(chip, stimulus, run), trace: run.trace };
    }
    case "snn-dse-pipeline": {
      if (input.kind === "case") throw noCases();
      const { totalCycles } = runSnnDsePipeline(chip, snnDsePipelineWorkload(chip, input.request));
      const unknown = { spikes: null, eventsProcessed: null, eventsDropped: null, synapticOperations: null, ticks: null };
      return {
        metrics: { total_cycles: totalCycles },
        facts: { latencyCycles: totalCycles, cycles: totalCycles, ...unknown, cores: [], links: [] },
        trace: null,
      };
    }
  }
}

const noCases = (): Error => inputError("snn-dse-pipeline", "there are no recorded cases of this chip", "use synthetic inputs");

function limited<Stimulus extends { readonly limitCycles: number }>(
  stimulus: Stimulus,
  { limitCycles }: { readonly limitCycles: number | null },
): Stimulus {
  return limitCycles === null ? stimulus : { ...stimulus, limitCycles };
}

function flat(value: unknown, path = ""): { [name: string]: number } {
  if (typeof value === "number") return { [path]: value };
  if (typeof value === "boolean") return { [path]: value ? 1 : 0 };
  if (typeof value !== "object" || value === null) return {};
  return Object.assign({}, ...Object.entries(value).map(([key, entry]) => flat(entry, path === "" ? key : `${path}.${key}`))) as {
    [name: string]: number;
  };
}
