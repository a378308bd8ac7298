/** The core models of coupled chips by name, and access to the model of a chip. */
import type { CoupledChip, CoupledChipOf, CoupledChips, CoupledModelName } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { CoupledInput, CoupledMetrics, CoupledModel, CoupledRun, RecordedCases } from "./coupled-model.js";
import { odin } from "./odin-model.js";
import { ranc } from "./ranc-model.js";
import { sne } from "./sne-model.js";
import { snnDse } from "./snn-dse-model.js";
import { snnDsePipeline } from "./snn-dse-pipeline-model.js";
import { tinyodin } from "./tinyodin-model.js";

export const COUPLED_MODELS: { readonly [Name in CoupledModelName]: CoupledModel<CoupledChips[Name]> } = {
  tinyodin,
  odin,
  ranc,
  sne,
  "snn-dse": snnDse,
  "snn-dse-pipeline": snnDsePipeline,
};

/** The model of a chip. */
export function modelOf<Name extends CoupledModelName>(chip: CoupledChipOf<Name>): CoupledModel<CoupledChips[Name]> {
  return COUPLED_MODELS[chip.model];
}

/** The recorded cases of a chip's design. Throws InputError if there are none. */
export function casesOf<Name extends CoupledModelName>(chip: CoupledChipOf<Name>): RecordedCases<CoupledChips[Name]> {
  const { cases } = modelOf(chip);
  if (cases === null) throw inputError(chip.model, "there are no recorded cases of this chip", "use synthetic inputs");
  return cases;
}

/** Names of the input files of a case of this model; empty if it has no cases. */
export const caseInputs = (model: CoupledModelName): readonly string[] => COUPLED_MODELS[model].cases?.inputs ?? [];

/** Runs `chip` as described. Throws InputError if inputs do not fit the chip. */
export const runOnInput = (chip: CoupledChip, input: CoupledInput): CoupledRun => modelOf(chip).run(chip, input);

/**
 * Runs `chip`; for a case, with the case's registers. `change` (the values of a sweep) is applied afterwards. Throws
 * InputError if inputs do not fit.
 */
export function runCoupled(chip: CoupledChip, input: CoupledInput, change: (chip: CoupledChip) => CoupledChip): CoupledMetrics {
  return runOnInput(change(input.kind === "case" ? casesOf(chip).withRegisters(chip, input.files) : chip), input).metrics;
}
