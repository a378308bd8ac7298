/**
 * Whether two studies were made with the same inputs. One file may have different names in two places, so content is
 * compared. But if a parameter chooses files, only the name says which files of the two studies belong together.
 * Throws: `InputError` naming every input that differs.
 */
import { inputError } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import {
  type Change,
  changedEdition,
  changedInputs,
  changeLines,
  decidesInputs,
  type Edition,
  type Input,
  type InputKind,
} from "../inputs.js";
import type { Space } from "../space.js";

type Side = Edition & { readonly name: string };

/** What differs between the inputs of two studies; `space`: the parameters of the first one. */
export function differingInputs(mine: Side, theirs: Side, space: Space): readonly Change[] {
  const chooses = space.namesOf(decidesInputs).length > 0;
  const files = chooses ? changedInputs(mine.inputs, theirs.inputs) : otherContents(mine, theirs);
  return [...sameProgram(mine, theirs, chooses), ...files];
}

/** `target`, `source`: names of the databases of `mine` and `theirs`. */
export function demandSameInputs(target: string, mine: Side, source: string, theirs: Side, space: Space): void {
  const changes = differingInputs(mine, theirs, space);
  if (changes.length === 0) return;
  const lines = changeLines(changes, [target, source]);
  throw inputError(
    source,
    `was made with other inputs than ${target}: ${lines.join("; ")}`,
    "points of other inputs share no front: keep both databases, and set them side by side with snn-dse compare",
  );
}

/**
 * Program, tables, plug-ins and description; file names are left out unless a parameter chooses files. The files that
 * the description extends are left out: the whole description holds all that they say.
 */
function sameProgram(mine: Side, theirs: Side, chooses: boolean): readonly Change[] {
  const isOf = (other: Side, { kind, sha256 }: Input): boolean =>
    other.inputs.some((input) => input.kind === kind && input.sha256 === sha256);
  const plain = ({ inputs, document }: Side, other: Side): Edition => ({
    inputs: inputs.filter((input) => input.kind !== "description" && !(input.kind === "plugin" && isOf(other, input))),
    document: chooses ? document : withoutNames(document),
  });
  return changedEdition(plain(mine, theirs), plain(theirs, mine), theirs.name);
}

/** Kinds of files that both studies have read, with different content. */
function otherContents(mine: Side, theirs: Side): readonly Change[] {
  const kinds: readonly InputKind[] = ["model", "spikes", "labels", "case", "data"];
  return kinds.flatMap((kind) => {
    const [here, there] = [mine, theirs].map(({ inputs }) => inputs.filter((input) => input.kind === kind));
    // one content may have several names in a study with points of other places
    const contents = (inputs: readonly Input[]): string => [...new Set(inputs.map(({ sha256 }) => sha256))].sort().join();
    if (here.length === 0 || there.length === 0 || contents(here) === contents(there)) return [];
    const changed = changedInputs(here, there);
    if (changed.length > 0) return changed;
    const text = (inputs: readonly Input[]): string => inputs.map(({ name, sha256 }) => `${name} ${sha256.slice(0, 12)}`).join(", ");
    return [{ kind, name: there[0].name, before: text(here), now: text(there) }];
  });
}

function withoutNames(document: Json): Json {
  const sections = { ...(document as { readonly [section: string]: Json }) };
  for (const path of ["network.model", "training.base", "workload.path", "workload.labels", "workload.case"]) {
    const [section, key] = path.split(".");
    const { [key]: _name, ...rest } = (sections[section] ?? {}) as { readonly [key: string]: Json };
    if (sections[section] !== undefined) sections[section] = rest;
  }
  const workload = sections.workload as { readonly inputs?: { readonly [input: string]: { readonly path: string } } } | undefined;
  if (workload?.inputs === undefined) return sections;
  const inputs = Object.entries(workload.inputs).map(([input, { path: _path, ...rest }]) => [input, rest]);
  return { ...sections, workload: { ...workload, inputs: Object.fromEntries(inputs) } };
}
