/**
 * All kinds of chips. A description with a core model (`model:`) is of that kind, any other is a `board`. Code that
 * differs between boards and coupled chips passes a function for each to `ofKind`; no other code tests for a kind.
 */
import { InputError } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { addressedLava } from "../addressed.js";
import type { Experiment } from "../experiment.js";
import { entryOf, type LocatedMap, placeOf, problemAt } from "../located.js";
import { board } from "./board.js";
import type { ChipRules, CoupledExperimentOf } from "./coupled-kind.js";
import type { DescriptionKind } from "./kind.js";
import { odin } from "./odin.js";
import { ranc } from "./ranc.js";
import { sne } from "./sne.js";
import { snnDse } from "./snn-dse.js";
import { snnDsePipeline } from "./snn-dse-pipeline.js";
import { tinyodin } from "./tinyodin.js";

/** Kinds of coupled chips by the name of the core model. */
export const COUPLED_KINDS = { tinyodin, odin, ranc, sne, "snn-dse": snnDse, "snn-dse-pipeline": snnDsePipeline } as const;
export type CoupledModelName = keyof typeof COUPLED_KINDS;
/** Parsed chips by model; field names are those of their YAML. */
export type CoupledChips = {
  readonly [Model in CoupledModelName]: ReturnType<(typeof COUPLED_KINDS)[Model]["resolve"]>["chip"];
};
export type CoupledChip = CoupledChips[CoupledModelName];
/** A chip of one model, or of one of several. */
export type CoupledChipOf<Model extends CoupledModelName = CoupledModelName> = {
  readonly [Name in Model]: CoupledChips[Name] & { readonly model: Name };
}[Model];
export type CoupledExperiment = CoupledExperimentOf<CoupledChip>;
export type AnyExperiment = Experiment | CoupledExperiment;

/** The kind of a description; null: there is no such core model. */
export function knownKind(document: LocatedMap): DescriptionKind<AnyExperiment> | null {
  const name = modelName(document);
  if (name === null) return board;
  return isModel(name) ? COUPLED_KINDS[name] : null;
}

/** The kind of a description. @throws InputError for an unknown core model. */
export function descriptionKind(document: LocatedMap): DescriptionKind<AnyExperiment> {
  const kind = knownKind(document);
  if (kind !== null) return kind;
  const known = Object.keys(COUPLED_KINDS);
  const fix = didYouMean(String(modelName(document)), known) || `known: ${known.join(", ")}`;
  throw new InputError([problemAt(placeOf(document, ["model"]), "model", `no such core model: ${modelName(document)}`, fix)]);
}

/** null: the description names no core model. */
function modelName(document: LocatedMap): string | null {
  const named = entryOf(document, "model");
  if (named === undefined) return null;
  return named.kind === "scalar" ? String(named.value) : "";
}

const isModel = (name: string): name is CoupledModelName => Object.hasOwn(COUPLED_KINDS, name);

/** Grid of a coupled chip's cores, and least cycles between two packets on an output of its routers. */
export function coupledGrid<Model extends CoupledModelName>(
  chip: CoupledChipOf<Model>,
): { readonly width: number; readonly height: number; readonly packetCycles: number } {
  const rules: { readonly [Name in CoupledModelName]: ChipRules<CoupledChips[Name]> } = COUPLED_KINDS;
  const { grid, packetCycles } = rules[chip.model];
  return { ...grid(chip), packetCycles };
}

/** Numbers and sizes of a coupled chip's parts for which its prices hold as a whole. */
export const sizedKeys = (chip: CoupledChip): readonly string[] => COUPLED_KINDS[chip.model].sized;

/** A function per kind of experiment. */
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

/** The content of an experiment without names of files and folders: the input of its key. */
export function saidBy(experiment: AnyExperiment): { readonly config: object; readonly workload: object } {
  return ofKind<{ readonly config: object; readonly workload: object }>(experiment, {
    board: ({ network, workload, ...config }) => {
      const { path: _folder, labels: _file, ...work } = workload;
      return { config: { ...config, nir: network.nir, ...addressedLava(network) }, workload: work };
    },
    coupled: ({ chip, workload }) => ({ config: { chip }, workload: workload.kind === "case" ? { ...workload, folder: "" } : workload }),
  });
}
