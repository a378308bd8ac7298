/**
 * Checks the inputs of a study's points against those of its edition: a file that a point reads must be one that
 * earlier points have read, or a new one. It checks each choice of files once, however many points make it. Throws:
 * `InputError` naming each file that differs.
 */
import type { AnyExperiment } from "../arch/index.js";
import { InputError } from "../base/errors.js";
import { type Change, changedInputs, decidesInputs, type Input, shownChanges, unknownOf } from "./inputs.js";
import type { PointInputs } from "./point.js";
import type { PointValues, Space } from "./space.js";
import type { StoredPoint } from "./store/sqlite.js";

export interface InputSource {
  /** Files that a point reads; `read`: content hashes of what the engine has read. */
  readonly inputsOf: (experiment: AnyExperiment, read: PointInputs) => readonly Input[];
}

/** Most points tried to find one that the description accepts, if none of a choice has a result. */
const MOST_TRIES = 100;

export class InputGuard {
  /** Parameters that choose files; most studies have none. */
  private readonly choosing: readonly string[];
  private readonly checked = new Set<string>();
  /** What points that have ended, or are of this session, have read. */
  private known: readonly Input[] = [];

  constructor(
    private readonly source: InputSource,
    space: Space,
  ) {
    this.choosing = space.namesOf(decidesInputs);
  }

  /** Forgets all inputs. */
  forget(): void {
    this.known = [];
    this.checked.clear();
  }

  isChecked(values: PointValues): boolean {
    return this.checked.has(this.choiceOf(values));
  }

  /** Keeps points that represent a choice of files: one with a result, or else some that may turn out to be refused. */
  represent(choices: Map<string, StoredPoint[]>, point: StoredPoint): void {
    const choice = this.choiceOf(point.values);
    const kept = choices.get(choice);
    if (kept === undefined) choices.set(choice, [point]);
    else if (kept[0].state === "done") return;
    else if (point.state === "done") choices.set(choice, [point]);
    else if (kept.length < MOST_TRIES) kept.push(point);
  }

  /** How the inputs of the choice of a stored point differ from those that its edition has recorded. */
  compare(values: PointValues, experiment: AnyExperiment, read: PointInputs, recorded: readonly Input[]): readonly Change[] {
    const now = this.check(values, experiment, read);
    this.known = [...this.known, ...unknownOf(this.known, now)];
    return changedInputs(recorded, now);
  }

  /** Inputs that no point has read yet. @throws InputError if one differs from an earlier one */
  demand(values: PointValues, experiment: AnyExperiment, read: PointInputs, database: string): readonly Input[] {
    const now = this.check(values, experiment, read);
    const changes = changedInputs(this.known, now);
    if (changes.length > 0) throw changedError(changes, database);
    const added = unknownOf(this.known, now);
    this.known = [...this.known, ...added];
    return added;
  }

  /** What a point reads, if none of its choice has been checked. */
  private check(values: PointValues, experiment: AnyExperiment, read: PointInputs): readonly Input[] {
    if (this.isChecked(values)) return [];
    this.checked.add(this.choiceOf(values));
    return this.source.inputsOf(experiment, read);
  }

  private choiceOf(values: PointValues): string {
    return this.choosing.length === 0 ? "" : JSON.stringify(this.choosing.map((name) => values[name] ?? null));
  }
}

/** Error of a study whose inputs differ from those of its stored points. */
export function changedError(changes: readonly Change[], database: string): InputError {
  const shown = shownChanges(changes);
  const fix = "choose another --db, or add --rerun: every point is run again, and the old results stay apart";
  return new InputError(
    shown.map(({ kind, name, before, now }, i) => ({
      file: name,
      line: null,
      column: null,
      path: "",
      message: `is not the ${WORDS[kind]} that ${database} was made with: it was ${before}, now it is ${now}`,
      fix: i === shown.length - 1 ? fix : "",
    })),
  );
}

const WORDS: { readonly [kind in Change["kind"]]: string } = {
  program: "program",
  table: "table of component prices",
  plugin: "plug-in",
  description: "description",
  model: "model",
  spikes: "spike file",
  labels: "label file",
  case: "case file",
  data: "data",
};
