/**
 * All kinds of chips. A description names a core model (`model:`), or none and is of the kind `board`. Whoever does one
 * thing for a board and another for a coupled chip says both to `ofKind`; nothing else asks.
 */
import { InputError } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { addressedLava } from "../addressed.js";
import type { Experiment } from "../experiment.js";
import { type LocatedMap, problemAt } from "../located.js";
import { board } from "./board.js";
import type { ChipRules, CoupledExperimentOf } from "./coupled-kind.js";
import type { DescriptionKind } from "./kind.js";
import { odin } from "./odin.js";
import { ranc } from "./ranc.js";
import { sne } from "./sne.js";
import { snnDse } from "./snn-dse.js";
import { snnDsePipeline } from "./snn-dse-pipeline.js";
import { tinyodin } from "./tinyodin.js";

/** By the name of the core model. */
export const COUPLED_KINDS = { tinyodin, odin, ranc, sne, "snn-dse": snnDse, "snn-dse-pipeline": snnDsePipeline } as const;
export type CoupledModelName = keyof typeof COUPLED_KINDS;
/** Parsed chips by model; field names are those of their YAML. */
export type CoupledChips = {
  readonly [Model in CoupledModelName]: ReturnType<(typeof COUPLED_KINDS)[Model]["resolve"]>["chip"];
};
export type CoupledChip = CoupledChips[CoupledModelName];
/** A chip whose model is known, or one of several: what a registry by model takes. */
export type CoupledChipOf<Model extends CoupledModelName = CoupledModelName> = {
  readonly [Name in Model]: CoupledChips[Name] & { readonly model: Name };
}[Model];
export type CoupledExperiment = CoupledExperimentOf<CoupledChip>;
export type AnyExperiment = Experiment | CoupledExperiment;

/** The kind of a description. @throws InputError where it names a core model that there is not. */
export function descriptionKind(document: LocatedMap): DescriptionKind<AnyExperiment> {
  const named = document.entries.get("model")?.value;
  if (named === undefined) return board;
  const name = named.kind === "scalar" ? String(named.value) : "";
  if (isModel(name)) return COUPLED_KINDS[name];
  const known = Object.keys(COUPLED_KINDS);
  const fix = didYouMean(name, known) || `known: ${known.join(", ")}`;
  throw new InputError([problemAt(named.at, "model", `no such core model: ${name}`, fix)]);
}

const isModel = (name: string): name is CoupledModelName => Object.hasOwn(COUPLED_KINDS, name);

/** Positions of a coupled chip's cores. */
export function coupledGrid<Model extends CoupledModelName>(
  chip: CoupledChipOf<Model>,
): { readonly width: number; readonly height: number } {
  const rules: { readonly [Name in CoupledModelName]: ChipRules<CoupledChips[Name]> } = COUPLED_KINDS;
  return rules[chip.model].grid(chip);
}

/** What is done for an experiment of each kind. */
interface ByChip<T> {
  readonly board: (experiment: Experiment) => T;
  readonly coupled: (experiment: CoupledExperiment) => T;
}

export function ofKind<T>(experiment: AnyExperiment, by: ByChip<T>): T {
  return isCoupled(experiment) ? by.coupled(experiment) : by.board(experiment);
}

function isCoupled(experiment: AnyExperiment): experiment is CoupledExperiment {
  return "model" in experiment.chip;
}

/** What an experiment says, names of files and folders left out: what its key is made of. */
export function saidBy(experiment: AnyExperiment): { readonly config: object; readonly workload: object } {
  return ofKind<{ readonly config: object; readonly workload: object }>(experiment, {
    board: ({ network, workload, ...config }) => {
      const { path: _folder, labels: _file, ...work } = workload;
      return { config: { ...config, nir: network.nir, ...addressedLava(network) }, workload: work };
    },
    coupled: ({ chip, workload }) => ({ config: { chip }, workload: workload.kind === "case" ? { ...workload, folder: "" } : workload }),
  });
}
