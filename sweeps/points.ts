/**
 * The points of a study in the order asked, each once. Known points are found by values and by key, stored ones in the
 * database; new ones are described, checked against what parameters alone decide, and stored as queued or refused. A
 * stored result holds for the inputs with which it was computed; inputs are compared before any result is used.
 * Throws: `InputError` if an input cannot be read, or differs from the earlier one.
 */

import { type AnyExperiment, deepFreeze, ofKind } from "../arch/index.js";
import { InfeasibleError, InputError, PluginFault } from "../base/errors.js";
import { hashJson, type Json } from "../base/hash.js";
import { functionalKey, type Result } from "../sim/index.js";
import { beforeRun } from "./before-run.js";
import type { Engine, Task } from "./engine/engine.js";
import type { PointState } from "./events.js";
import { InputGuard, type InputSource } from "./input-guard.js";
import { type Change, evaluatorOf, type Input } from "./inputs.js";
import { STOPPED } from "./models/made-model.js";
import type { Findings, Objectives } from "./objectives.js";
import { pointKey, refusedKey, trialKey } from "./point.js";
import { canonicalValues, type PointValues, type Space } from "./space.js";
import { removedText } from "./store/faults.js";
import type { Store, StoredPoint } from "./store/sqlite.js";

/** A point of this study, or a trial of it on part of its utterances; it has a score once it has ended. */
export interface Entry {
  readonly id: number;
  readonly key: string;
  readonly values: PointValues;
  /** Share of the timed utterances: 1 for points. */
  readonly fidelity: number;
  /** Number of points asked so far, this one included unless it is a trial. */
  readonly order: number;
  attempts: number;
  score: Findings | null;
  /** Made on demand, because a large study keeps scores only. */
  described: Omit<Task, "key" | "fidelity"> | null;
}

export function taskOf({ key, fidelity }: Entry, described: NonNullable<Entry["described"]>): Task {
  return { key, fidelity, ...described };
}

/** Result of asking for a position. */
export interface Admission {
  readonly entry: Entry;
  /** Null: it was asked before in this session. */
  readonly row: StoredPoint | null;
  /** True if an earlier session or another database had the point. */
  readonly stored: boolean;
}

export interface PointSource {
  readonly document: Json;
  /** Content hash of the program, as in keys. */
  readonly build: string;
  /** @throws InputError or InfeasibleError if the description refuses the values */
  readonly experimentOf: (byPath: { readonly [path: string]: Json }) => AnyExperiment;
}

/**
 * The experiment of these values, or why the description refuses them. @throws InputError for a mistake in a plug-in,
 * with the values
 */
export function tryDescribe(
  source: Pick<PointSource, "experimentOf">,
  byPath: Task["byPath"],
): Pick<Task, "experiment"> | { readonly code: string; readonly reason: string } {
  try {
    return { experiment: source.experimentOf(byPath) };
  } catch (error) {
    if (error instanceof InfeasibleError) return { code: error.code, reason: error.message };
    if (error instanceof PluginFault) {
      const values = Object.entries(byPath).map(([path, value]) => `${path}: ${JSON.stringify(value)}`);
      throw new PluginFault(error.problems.map((problem) => ({ ...problem, message: `${problem.message} (at ${values.join(", ")})` })));
    }
    if (error instanceof InputError) return { code: "REFUSED", reason: error.message };
    throw error;
  }
}

const TIMED = "workload.timing_samples";

/** Number of utterances that the description times. */
export function timedUtterances(document: Json): number {
  const { workload } = document as { readonly workload?: { readonly timing_samples?: number } };
  return workload?.timing_samples ?? 1;
}

const SHARE = "training.share";

/** Share of all epochs for which the description trains its networks, 1 by default; null: it trains none. */
function learntShare(document: Json): number | null {
  const { training } = document as { readonly training?: { readonly share?: number } };
  return training === undefined ? null : (training.share ?? 1);
}

/** True if the search trains this description's networks: a trial of a point then also has less training. */
export const makesNetworks = (document: Json): boolean => learntShare(document) !== null;

/**
 * A point's values by document path, at a share of its timed utterances. A network that the search trains is trained
 * for that share of its epochs.
 */
export function byPathAt(document: Json, byPath: { readonly [path: string]: Json }, fidelity: number): { readonly [path: string]: Json } {
  if (fidelity === 1) return byPath;
  const timed = (byPath[TIMED] as number | undefined) ?? timedUtterances(document);
  const share = (byPath[SHARE] as number | undefined) ?? learntShare(document);
  return { ...byPath, [TIMED]: Math.max(1, Math.round(timed * fidelity)), ...(share === null ? {} : { [SHARE]: share * fidelity }) };
}

/** States of points that have not ended. */
export const OPEN: ReadonlySet<PointState> = new Set(["queued", "running"]);

/** One name per point and fidelity. */
export function nameOf(values: PointValues, fidelity: number): string {
  const text = canonicalValues(values);
  return fidelity === 1 ? text : `${fidelity} ${text}`;
}

const lostText = (key: string): string => `what the functional run ${key.slice(0, 12)} got wrong was changed or damaged`;

export class PointBook {
  readonly entries: Entry[] = [];
  /** Number of entries that are points, not trials. */
  points = 0;
  /** Whether the store held points, when it was read, that had ended and do not run again. */
  hasEnded = false;
  /** Positions asked since the last new point. */
  staleAsks = 0;
  private readonly byKey = new Map<string, Entry>();
  private readonly byValues = new Map<string, Entry>();
  /** Ids of points in the database that this session has not asked yet, by values. */
  private readonly stored = new Map<string, number>();
  private readonly takenIds = new Set<number>();
  /** No id from here on has been tried. */
  private untriedId = 1;
  private damaged: number[] = [];
  /** Keys of functional runs of which it is damaged what they got wrong, and of which no point has been asked yet. */
  private readonly lostRuns = new Set<string>();
  private hasLostRuns = false;
  private say: (message: string) => void = () => {};
  /** States in which a stored point runs again when it is asked. */
  private reruns: ReadonlySet<PointState> = new Set();
  private ended = 0;
  private readonly documentHash: string;
  private readonly guard: InputGuard;

  constructor(
    private readonly source: PointSource & InputSource & { readonly inputs: readonly Input[] },
    private readonly space: Space,
    private readonly objectives: Objectives,
    private readonly store: Store,
    private readonly engine: Engine,
  ) {
    this.documentHash = hashJson(source.document);
    this.guard = new InputGuard(source, space);
  }

  /**
   * Reads the store and writes nothing. `recorded`: inputs of its edition; what only points have read that did not end
   * may be another file now. Returns the inputs that have changed. `reruns`: states of ended points that run again,
   * each when it is asked; the others stay as they are.
   */
  async read(recorded: readonly Input[], reruns: ReadonlySet<PointState>): Promise<readonly Change[]> {
    this.reruns = reruns;
    const choices = new Map<string, StoredPoint[]>();
    for (const key of this.store.brokenRuns()) this.lostRuns.add(key);
    this.hasLostRuns = this.lostRuns.size > 0;
    for (const id of this.store.idsApart()) this.takenIds.add(id);
    for (const { point, isSound } of this.store.sealedPoints()) {
      if (OPEN.has(point.state)) continue; // will be asked again at the same place
      this.takenIds.add(point.id);
      if (!reruns.has(point.state)) this.hasEnded = true;
      if (!isSound) {
        this.damaged.push(point.id);
        continue;
      }
      this.stored.set(nameOf(point.values, point.fidelity), point.id);
      if (point.fidelity === 1 && !reruns.has(point.state)) this.ended++;
      this.guard.represent(choices, point);
    }
    return this.changesOf([...choices.values()].flat(), recorded);
  }

  /** Reads the inputs of the point in the middle of the space. @throws InputError if one cannot be read */
  async readInputs(): Promise<void> {
    const middle = this.space.decode(new Float64Array(this.space.dimensions.length).fill(0.5));
    const described = tryDescribe(this.source, this.byPath(middle, 1));
    if ("experiment" in described) await this.engine.identify(described.experiment);
  }

  /** Whether a point is the first of a lost functional run: then it runs again, and brings the run back. */
  private rescores({ id, state, values, fidelity }: StoredPoint): boolean {
    if (this.lostRuns.size === 0 || state !== "done" || fidelity !== 1) return false;
    const described = tryDescribe(this.source, this.byPath(values, fidelity));
    if ("code" in described) return false;
    const { modelHash, dataHash } = (this.store.result(id) as Result).provenance;
    const key = ofKind(described.experiment, { board: (of) => functionalKey(of, modelHash, dataHash), coupled: () => null });
    if (key === null || !this.lostRuns.delete(key)) return false;
    this.say(`${lostText(key)}; point ${id} is computed anew`);
    return true;
  }

  /** Forgets all that was read, because the inputs have changed. */
  forget(): void {
    this.stored.clear();
    this.damaged = [];
    this.ended = 0;
    for (const id of this.store.ids()) this.takenIds.add(id);
    this.guard.forget();
  }

  /**
   * Removes rows that have not ended, and rows that another program changed: their points are computed again once they
   * are asked. `say` is told each removal, now or later, in a sentence. Returns the number of points that have ended.
   */
  heal(say: (message: string) => void): number {
    const { damaged } = this;
    this.say = say;
    this.store.repair(damaged);
    for (const id of damaged) this.takenIds.delete(id); // asked again at the same place, so the new row gets the same id
    for (const id of damaged) say(removedText(id));
    return this.ended;
  }

  /** The search asks for no further point: removes the functional runs that are still damaged. */
  leaveOut(): void {
    if (!this.hasLostRuns) return;
    const broken = this.store.brokenRuns();
    this.store.removeRuns(broken);
    for (const key of broken) this.say(`${lostText(key)}; it is left out: no point that the search asks for has it`);
  }

  /** The entry of an asked position, and its row if this session asks for it the first time. */
  async admit(values: PointValues, fidelity: number): Promise<Admission> {
    const text = nameOf(values, fidelity);
    const known = this.byValues.get(text);
    if (known !== undefined) return this.again(known);
    const id = this.stored.get(text);
    if (id !== undefined) {
      this.stored.delete(text);
      return this.recall(text, values, this.store.point(id) as StoredPoint);
    }
    return this.create(text, values, fidelity);
  }

  /**
   * One point per choice of files is enough: all points of one choice have read the same files, or they would not have
   * been stored.
   */
  private async changesOf(points: readonly StoredPoint[], recorded: readonly Input[]): Promise<readonly Change[]> {
    const changes: Change[] = [];
    for (const { values, fidelity } of points) {
      if (this.guard.isChecked(values)) continue;
      const described = tryDescribe(this.source, this.byPath(values, fidelity));
      if ("code" in described) continue; // refused before any file was read
      const read = await this.engine.identify(described.experiment);
      changes.push(...this.guard.compare(values, described.experiment, read, recorded));
    }
    return changes;
  }

  /** The experiment of an entry. @throws InputError if its model or data can no longer be read */
  async describe(entry: Entry): Promise<NonNullable<Entry["described"]>> {
    if (entry.described === null) {
      const byPath = this.byPath(entry.values, entry.fidelity);
      const experiment = this.source.experimentOf(byPath);
      entry.described = { experiment, byPath, inputs: await this.engine.identify(experiment) };
    }
    return entry.described;
  }

  /** Ended points of the store that this run has not asked: own ones, merged ones, those of a larger budget. */
  *unasked(): Generator<Admission> {
    const asked = new Set(this.entries.map(({ id }) => id)); // a point may have been found by its key
    for (const id of this.stored.values()) {
      if (asked.has(id)) continue;
      const row = this.store.point(id) as StoredPoint;
      if (row.fidelity === 1) yield { entry: this.entryFor(row, row.values), row, stored: true };
    }
  }

  entryOf(key: string): Entry | undefined {
    return this.byKey.get(key);
  }

  private byPath(values: PointValues, fidelity: number): { readonly [path: string]: Json } {
    return deepFreeze(byPathAt(this.source.document, this.space.byPath(values), fidelity));
  }

  private again(entry: Entry): Admission {
    this.staleAsks++;
    return { entry, row: null, stored: true };
  }

  private register(text: string, entry: Entry, row: StoredPoint, stored: boolean): Admission {
    Object.freeze(entry.values); // callers and listeners get them
    this.entries.push(entry);
    if (entry.fidelity === 1) this.points++;
    this.byKey.set(entry.key, entry);
    this.byValues.set(text, entry);
    this.staleAsks = 0;
    return { entry, row, stored };
  }

  /** A stored point that this session asks for the first time: from an earlier session, or merged in. */
  private recall(text: string, values: PointValues, found: StoredPoint): Admission {
    const twin = this.byKey.get(found.key);
    if (twin !== undefined) {
      this.byValues.set(text, twin);
      return this.again(twin);
    }
    // a point that runs again keeps its stored end until it starts
    const row: StoredPoint =
      this.reruns.has(found.state) || found.code === STOPPED || this.rescores(found) ? { ...found, state: "queued" } : found;
    return this.register(text, this.entryFor(row, values), row, true);
  }

  private entryFor({ id, key, fidelity, state, attempts: before }: StoredPoint, values: PointValues): Entry {
    const attempts = state === "queued" ? 0 : before; // attempts of a session that was killed say nothing about the point
    return { id, key, values, fidelity, order: this.orderOf(fidelity), attempts, score: null, described: null };
  }

  private orderOf(fidelity: number): number {
    return this.points + (fidelity === 1 ? 1 : 0);
  }

  /** The place in ask order, or the next id that no other point has. */
  private nextId(): number {
    let id = Math.max(this.untriedId, this.entries.length + 1);
    while (this.takenIds.has(id)) id++;
    this.takenIds.add(id);
    this.untriedId = id + 1;
    return id;
  }

  private async create(text: string, values: PointValues, fidelity: number): Promise<Admission> {
    const byPath = this.byPath(values, fidelity);
    const tried = tryDescribe(this.source, byPath);
    const refusal = "code" in tried ? tried : null;
    let described: Entry["described"] = null;
    let read: readonly Input[] = [];
    if ("experiment" in tried) {
      const { experiment } = tried;
      described = { experiment, byPath, inputs: await this.engine.identify(experiment) };
      read = this.guard.demand(values, experiment, described.inputs, this.store.file);
    }
    const { build } = this.source;
    const plainKey =
      described === null ? refusedKey(this.documentHash, byPath, build) : pointKey(described.experiment, described.inputs, build);
    const key = trialKey(plainKey, fidelity);
    const twin = this.byKey.get(key);
    if (twin !== undefined) {
      this.byValues.set(text, twin);
      return this.again(twin);
    }
    this.store.addInputs(read);
    const stored = this.store.adopted(key, (id) => this.say(removedText(id)));
    if (stored !== null) return this.recall(text, values, stored);
    const id = this.nextId();
    // this program's model of the chip does not judge a point whose results another evaluator tells
    const judged = evaluatorOf(this.source.inputs) === null ? (described?.experiment ?? null) : null;
    const before = await beforeRun(values, judged, this.objectives, this.engine);
    const refused = refusal ?? before.refused;
    this.store.transaction(() => {
      this.store.insert({ id, key, values, fidelity }, byPath);
      if (refused !== null) this.store.fail(id, { state: "infeasible", ...refused, violation: null, durationMs: 0 });
      else if (before.violation > 0) {
        const reason = `breaks ${before.broken.join(" and ")}`;
        this.store.fail(id, { state: "infeasible", code: "CONSTRAINT", reason, violation: before.violation, durationMs: 0 });
      }
    });
    const row = this.store.point(id) as StoredPoint;
    const order = this.orderOf(fidelity);
    // a refused point is never started
    const entry = { id, key, values, fidelity, order, attempts: 0, score: null, described: row.state === "queued" ? described : null };
    return this.register(text, entry, row, false);
  }
}
