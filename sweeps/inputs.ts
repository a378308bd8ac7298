/**
 * Inputs of a study: everything besides a point's values that can change a number, each by its content hash. The inputs
 * together with the description are an edition of the study; results of two editions are never on one front.
 */
import { EVENT_PATHS, withCurrentDefaults } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import type { AnyMetric } from "../sim/index.js";
import { differences } from "./operations/differences.js";

/**
 * `program` and `table` come with the package; `plugin` is the user's code; `description` is a file that `extends`
 * names; `data` is the content that was read, whatever files it came from.
 */
export const INPUT_KINDS = ["program", "table", "plugin", "description", "model", "spikes", "labels", "case", "data"] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

export interface Input {
  readonly kind: InputKind;
  /** Name as in the description. */
  readonly name: string;
  readonly sha256: string;
}

/** Name of this program among the inputs of a study. */
export const PROGRAM = "snn-dse";

/** Name of the other program that told the results; null: this program computed them. */
export const evaluatorOf = (inputs: readonly Input[]): string | null =>
  inputs.find(({ kind, name }) => kind === "program" && name !== PROGRAM)?.name ?? null;

/**
 * Who found the results, from what: `computed by snn-dse 0.1.0 from model bars.nir 0123456789ab`, `told by 'mine 1'`.
 */
export function originText({ inputs, engineVersion }: { readonly inputs: readonly Input[]; readonly engineVersion: string }): string {
  const [other, read] = [evaluatorOf(inputs), inputsLine(inputs)];
  if (other !== null) return `told by ${quoted(other)}${read === "" ? "" : ` for ${read}`}`;
  return `computed by ${PROGRAM} ${engineVersion}${read === "" ? "" : ` from ${read}`}`;
}

/**
 * @throws InputError if another evaluator found the results: nothing was counted or priced here, so nothing can be
 * repeated
 */
export function demandOwn(inputs: readonly Input[], database: string, wish: string): void {
  const other = evaluatorOf(inputs);
  if (other === null) return;
  throw inputError(
    database,
    `was told by ${quoted(other)}, not computed by ${PROGRAM}: ${wish}`,
    "sweep the description into another --db",
  );
}

export interface Edition {
  /** The inputs that its points have read so far are at the end of the list. */
  readonly inputs: readonly Input[];
  /** The whole description, with defaults written out. */
  readonly document: Json;
}

/** What differs between the inputs of two point sets. */
export interface Change {
  readonly kind: InputKind;
  readonly name: string;
  /** In words, e.g. `SHA-256 0123456789ab`, `tile.core.lanes 8` or `absent`. */
  readonly before: string;
  readonly now: string;
}

/** True if the value at a document path decides which files are read. */
export const decidesInputs = (path: string): boolean => NAMING.has(path) || path.startsWith("workload.inputs.");

const NAMING: ReadonlySet<string> = new Set([
  "network.model",
  "network.nir.step_seconds",
  "training.base",
  "training.backend",
  "workload.dataset",
  "workload.path",
  "workload.labels",
  "workload.split",
  "workload.case",
  ...EVENT_PATHS,
]);

/** Kinds that all points of a study share; inputs of other kinds are known once a point has read them. */
const COMMON: ReadonlySet<InputKind> = new Set(["program", "table", "plugin", "description"]);
/** What comes with the package. */
const BUILD: ReadonlySet<InputKind> = new Set(["program", "table"]);
/** Files whose content is also part of `data`: if one of them changed, the message names the file. */
const FILES: ReadonlySet<InputKind> = new Set(["spikes", "labels", "case"]);

const ABSENT = "absent";

/** The key of a description that changes no number. */
const NAME = "chip.name";
/** Most keys of descriptions that a text names. */
const SHOWN_KEYS = 8;
/** Keys of a description that decide which utterances are scored. */
const SCORED: ReadonlySet<string> = new Set(["dataset", "split", "samples", "seed"].map((key) => `workload.${key}`));

const idOf = ({ kind, name }: Pick<Input, "kind" | "name">): string => `${kind} ${name}`;
const short = (sha256: string): string => sha256.slice(0, 12);
const digest = (sha256: string): string => `SHA-256 ${short(sha256)}`;

/** Inputs by kind and name. */
function byName(inputs: readonly Input[]): ReadonlyMap<string, Input> {
  return new Map(inputs.map((input) => [idOf(input), input]));
}

/** Inputs of `now` that are not in `known`. */
export function unknownOf(known: readonly Input[], now: readonly Input[]): readonly Input[] {
  const names = byName(known);
  return now.filter((input) => !names.has(idOf(input)));
}

/** All inputs of both sides, those of `now` in place of those of the same kind and name. */
export function inputsAfter(before: readonly Input[], now: readonly Input[]): readonly Input[] {
  const names = byName(now);
  return [...before.map((input) => names.get(idOf(input)) ?? input), ...unknownOf(before, now)];
}

/** Inputs that both sides have with different content. */
export function changedInputs(before: readonly Input[], now: readonly Input[]): readonly Change[] {
  const known = byName(before);
  const changed = now.flatMap(({ kind, name, sha256 }) => {
    const was = known.get(idOf({ kind, name }));
    return was === undefined || was.sha256 === sha256 ? [] : [{ kind, name, before: digest(was.sha256), now: digest(sha256) }];
  });
  return changed.some(({ kind }) => FILES.has(kind)) ? changed.filter(({ kind }) => kind !== "data") : changed;
}

/** Inputs of some kinds that differ, or that one side lacks. */
function changedOf(kinds: ReadonlySet<InputKind>, before: readonly Input[], now: readonly Input[]): readonly Change[] {
  const [then, here] = [before, now].map((inputs) => inputs.filter(({ kind }) => kinds.has(kind)));
  const gone = unknownOf(here, then).map(({ kind, name, sha256 }) => ({ kind, name, before: digest(sha256), now: ABSENT }));
  const added = unknownOf(then, here).map(({ kind, name, sha256 }) => ({ kind, name, before: ABSENT, now: digest(sha256) }));
  return [...changedInputs(then, here), ...gone, ...added];
}

/**
 * How the build that computed stored results differs from another one, in program and tables; empty if another
 * evaluator told the results.
 */
export const changedBuild = (stored: readonly Input[], build: readonly Input[]): readonly Change[] =>
  evaluatorOf(stored) === null ? changedOf(BUILD, stored, build) : [];

/** Metrics that builds of readable databases have defined in another way. */
export const REDEFINED: ReadonlySet<AnyMetric> = new Set<AnyMetric>(["multiplications_per_frame"]);

/** The sentence on what this build adds to stored results of another one; none if it is the same build. */
export function otherBuildLines(changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return [];
  const tables = changes.filter(({ kind }) => kind === "table").length;
  const what = [
    ...changes.filter(({ kind }) => kind === "program").map((change) => changeText(change, ["stored", "here"])),
    ...(tables === 0 ? [] : [`${tables} ${tables === 1 ? "table differs" : "tables differ"}`]),
  ];
  return [
    `computed by another build (${what.join("; ")}): prices, errors and texts that are added here are this build's; what only this build counts or prices is in no value and no interval; multiplications_per_frame may include requantisation, as earlier builds counted it; sweep --rerun computes the points again`,
  ];
}

/** What differs between two editions, whatever their points have read: program, tables, description. */
export function changedEdition(before: Edition, now: Edition, description: string): readonly Change[] {
  const changes = changedOf(COMMON, before.inputs, now.inputs);
  if (changes.some(({ kind }) => kind === "description")) return changes;
  return [...changes, ...changedDocument(before.document, now.document, description)];
}

/** Inputs that points have read, in contrast to those that all points of a study share. */
export const readByPoints = (inputs: readonly Input[]): readonly Input[] => inputs.filter(({ kind }) => !COMMON.has(kind));

/** What differs between the inputs and descriptions of two editions, including what their points have read. */
export function changesBetween(before: Edition, now: Edition): readonly Change[] {
  const [read, readNow] = [before, now].map(({ inputs }) => readByPoints(inputs));
  return [...changedEdition(before, now, "as it was written"), ...changedInputs(read, readNow)];
}

/**
 * Every key in which two descriptions differ, the name last. A key that one of them lacks, because its build did not
 * know the key, has the default: that is no change of the user's.
 */
function changedDocument(before: Json, now: Json, description: string): readonly Change[] {
  const paths = differences(withCurrentDefaults(before, description), withCurrentDefaults(now, description));
  const isName = ({ path }: { readonly path: string }): boolean => path === NAME;
  return [...paths.filter((one) => !isName(one)), ...paths.filter(isName)].map(({ path, left, right }) => ({
    kind: "description",
    name: description,
    before: `${path} ${left}`,
    now: `${path} ${right}`,
  }));
}

/** The changes that a text names: of the keys of descriptions the first ones, with the number of the others. */
export function shownChanges(changes: readonly Change[]): readonly Change[] {
  const keys = changes.filter(({ kind }) => kind === "description");
  const [last, left] = [keys[SHOWN_KEYS - 1], new Set(keys.slice(SHOWN_KEYS))];
  if (left.size === 0) return changes;
  const more = ` and ${left.size} more ${left.size === 1 ? "key" : "keys"}`;
  return changes.flatMap((change) => {
    if (change === last) return [{ ...change, now: `${change.now}${more}` }];
    return left.has(change) ? [] : [change];
  });
}

/**
 * What lets two studies or points score other utterances: keys of the description, or `data`; empty if they score the
 * same. `paths`: of the parameters in which the points differ.
 */
export const otherUtterances = (changes: readonly Change[], paths: readonly string[] = []): readonly string[] => [
  ...changes.flatMap(({ kind, before }) => {
    if (kind === "data") return [kind];
    const [path] = before.split(" ");
    return kind === "description" && SCORED.has(path) ? [path] : [];
  }),
  ...paths.filter((path) => SCORED.has(path)),
];

/** `model bars.nir: before SHA-256 0123456789ab, now SHA-256 ba9876543210`; `sides` are the words for the two sides. */
function changeText({ kind, name, before, now }: Change, sides: readonly [string, string] = ["before", "now"]): string {
  return `${kind} ${name}: ${sides[0]} ${before}, ${sides[1]} ${now}`;
}

/** A text per change that is shown, each once; `sides` are the words for the two sides. */
export const changeLines = (changes: readonly Change[], sides?: readonly [string, string]): readonly string[] => [
  ...new Set(shownChanges(changes).map((change) => changeText(change, sides))),
];

/** The inputs that points have read, in one line: `model bars.nir 0123456789ab, labels labels.txt ba9876543210`. */
export function inputsLine(inputs: readonly Input[]): string {
  return inputs
    .filter(({ kind }) => !COMMON.has(kind) || kind === "plugin")
    .map(({ kind, name, sha256 }) => `${kind} ${name} ${short(sha256)}`)
    .join(", ");
}
