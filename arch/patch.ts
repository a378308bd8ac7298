/** A design point: a parsed description with other values, checked again by the same rules. */
import { InputError, type Problem } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import type { Experiment, SweepParameter } from "./experiment.js";
import { board } from "./kinds/board.js";
import type { DescriptionKind } from "./kinds/kind.js";
import { type AnyExperiment, COUPLED_KINDS, type CoupledChip, descriptionKind, knownKind } from "./kinds/registry.js";
import { checkNames, type KnownNames } from "./known-names.js";
import { type LocatedMap, toJson } from "./located.js";
import { groundDocument, laidOver } from "./overlay.js";
import type { ParsedDescription } from "./parse.js";
import { type DocumentPath, decides, isSame, valueAt, yields } from "./path.js";

interface PatchedDescription {
  /** Complete and canonical: equal documents are equal design points. */
  readonly document: Json;
  readonly experiment: AnyExperiment;
}
interface PatchedArch extends PatchedDescription {
  readonly experiment: Experiment;
}
type Whole = Pick<ParsedDescription, "document" | "file">;
type Values = { readonly [path: string]: Json };

const kindOf = ({ document, file }: Whole): DescriptionKind<AnyExperiment> => descriptionKind(groundDocument(document, file));
const laid = ({ document, file }: Whole, values: Values, { pathOf }: DescriptionKind<AnyExperiment>): LocatedMap =>
  laidOver(document, file, values, pathOf);

/**
 * The document itself. It is resolved by all plug-ins that the process has loaded, so a name that is not known is
 * refused before one of them is asked.
 */
function named(whole: LocatedMap, known: KnownNames): LocatedMap {
  const problems: Problem[] = [];
  checkNames(whole, [], known, problems);
  if (problems.length > 0) throw new InputError(problems);
  return whole;
}

/**
 * `values` by path, e.g. `{"tile.core.lanes": 8}`. @throws InputError for unknown paths, and for values that break a
 * rule.
 */
export function patchPoint(parsed: Whole, values: Values): PatchedArch {
  return patched(laid(parsed, values, board), parsed, board);
}

/** As `patchPoint`, without the document. `known`: as in `patchDescription`. */
export function patchDocument(parsed: Whole, values: Values, known: KnownNames = {}): Experiment {
  return board.resolve(named(laid(parsed, values, board), known));
}

/**
 * As `patchPoint`, for a description of any kind. `known`: names that a user's values may use; those of a search were
 * checked with its description.
 */
export function patchDescription(parsed: Whole, values: Values, known: KnownNames = {}): PatchedDescription {
  const kind = kindOf(parsed);
  return patched(named(laid(parsed, values, kind), known), parsed, kind);
}

/** A value may have made a section, whose other keys have their defaults. */
const patched = <E>(whole: LocatedMap, { file }: Whole, kind: DescriptionKind<E>): { readonly document: Json; readonly experiment: E } => ({
  document: toJson(kind.complete(whole, file)),
  experiment: kind.resolve(whole),
});

/**
 * A description that was stored, with this build's defaults of the keys that it lacks: those that an earlier build did
 * not know. One whose kind of chip is not known is returned as it is.
 */
export function withCurrentDefaults(document: Json, file: string): Json {
  const stored = groundDocument(document, file);
  const kind = knownKind(stored);
  return kind === null ? document : toJson(kind.complete(stored, file));
}

/** As `patchDescription`, without the document. */
export function patchExperiment(parsed: Whole, values: Values): AnyExperiment {
  const kind = kindOf(parsed);
  return kind.resolve(laid(parsed, values, kind));
}

/**
 * Of each parameter's path: its single value in the description with `values`, if it has one, and whether `values` set
 * it, by whatever path. A derived parameter yields only to a value for it: one at the place of a wider parameter is
 * that parameter's, as in a point of the search. @throws InputError for unknown paths among `values`
 */
export function settings(parsed: Whole, values: Values, parameters: readonly SweepParameter[]): readonly Setting[] {
  const { pathOf } = kindOf(parsed);
  const whole = laidOver(parsed.document, parsed.file, values, pathOf);
  const known = (text: string): readonly DocumentPath[] => [pathOf(text)].flatMap((path) => ("wrong" in path ? [] : path));
  const set = Object.keys(values).flatMap(known);
  const places = parameters.flatMap(({ path }) => known(path));
  const wider = (path: DocumentPath): readonly DocumentPath[] => places.filter((place) => yields(place, path));
  return parameters.map(({ path: text, domain }) => {
    const [path] = known(text);
    if (path === undefined) return { value: undefined, isSet: false };
    const found = valueAt(whole, path);
    const value = found?.kind === "scalar" && found.value !== null ? found.value : undefined;
    const others = domain.kind === "derived" ? wider(path) : [];
    return { value, isSet: set.some((by) => decides(by, path) && !others.some((place) => isSame(by, place))) };
  });
}
interface Setting {
  readonly value: number | string | boolean | undefined;
  readonly isSet: boolean;
}

/** As `patchPoint`, for a chip without a workload; `file`: name for errors. */
export function patchCoupledChip(chip: CoupledChip, values: Values, file = chip.name): CoupledChip {
  const kind = COUPLED_KINDS[chip.model];
  return kind.resolve(kind.complete(laidOver(chip, file, values, kind.pathOf), file)).chip;
}

/** A chip with the registers of a case, which are in `file`; the same bounds apply. Throws: InputError. */
export function checkedCase<Chip extends CoupledChip>(chip: Chip, file = "case.json"): Chip {
  patchCoupledChip(chip, {}, file);
  return chip;
}
