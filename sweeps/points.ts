/**
 * The points of a study in the order asked, each once: known ones by values and by key, stored ones from the database,
 * new ones described, checked against what parameters alone decide, and written down as queued or refused.
 * What is stored holds for the inputs that it was computed with; they are compared before anything is recalled.
 * Throws: `InputError` where an input cannot be read, or is another one than before.
 */

import type { AnyExperiment } from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import { hashJson, type Json } from "../base/hash.js";
import { beforeRun } from "./before-run.js";
import type { Engine, Task } from "./engine/engine.js";
import type { PointState } from "./events.js";
import { InputGuard, type InputSource } from "./input-guard.js";
import type { Change, Input } from "./inputs.js";
import type { Objectives, Score } from "./objectives.js";
import { pointKey, refusedKey, trialKey } from "./point.js";
import { canonicalValues, type PointValues, type Space } from "./space.js";
import type { Store, StoredPoint } from "./store/sqlite.js";

/** A point of this study, or a trial of it on part of its utterances; its score once it has ended. */
export interface Entry {
  readonly id: number;
  readonly key: string;
  readonly values: PointValues;
  /** Share of the timed utterances: 1 for points. */
  readonly fidelity: number;
  /** How many points were asked up to this one, itself counted where it is one. */
  readonly order: number;
  attempts: number;
  score: Score | null;
  /** Described on demand: a large study keeps scores only. */
  described: Omit<Task, "key" | "fidelity"> | null;
}

/** What became of an asked position. */
export interface Admission {
  readonly entry: Entry;
  /** Null: asked before in this session. */
  readonly row: StoredPoint | null;
  /** True where an earlier session, or another database, had the point. */
  readonly stored: boolean;
}

export interface PointSource {
  readonly document: Json;
  /** The program's content, as keys have it. */
  readonly build: string;
  /** @throws InputError or InfeasibleError where the description refuses the values. */
  readonly experimentOf: (byPath: { readonly [path: string]: Json }) => AnyExperiment;
}

const TIMED = "workload.timing_samples";

/** Utterances that the description times. */
export function timedUtterances(document: Json): number {
  const { workload } = document as { readonly workload?: { readonly timing_samples?: number } };
  return workload?.timing_samples ?? 1;
}

const SHARE = "training.share";

/** Share of all epochs that the description's networks learn for, 1 where it is left out; null: it makes none. */
function learntShare(document: Json): number | null {
  const { training } = document as { readonly training?: { readonly share?: number } };
  return training === undefined ? null : (training.share ?? 1);
}

/** A description whose networks a search makes: less than a whole run of a point is then also less training. */
export const makesNetworks = (document: Json): boolean => learntShare(document) !== null;

/**
 * A point's values by document path, on a share of its timed utterances; a network that the search makes learns for
 * that share of its epochs.
 */
export function byPathAt(document: Json, byPath: { readonly [path: string]: Json }, fidelity: number): { readonly [path: string]: Json } {
  if (fidelity === 1) return byPath;
  const timed = (byPath[TIMED] as number | undefined) ?? timedUtterances(document);
  const share = (byPath[SHARE] as number | undefined) ?? learntShare(document);
  return { ...byPath, [TIMED]: Math.max(1, Math.round(timed * fidelity)), ...(share === null ? {} : { [SHARE]: share * fidelity }) };
}

/** One text a point and fidelity. */
function nameOf(values: PointValues, fidelity: number): string {
  const text = canonicalValues(values);
  return fidelity === 1 ? text : `${fidelity} ${text}`;
}

/**
 * Violation told to samplers for a point that the chip cannot hold: worse than any broken constraint, better than a
 * failure.
 */
export const INFEASIBLE_VIOLATION = 1e9;

export class PointBook {
  readonly entries: Entry[] = [];
  /** Points among them: whole ones. */
  points = 0;
  /** Positions asked since the last new point. */
  staleAsks = 0;
  private readonly byKey = new Map<string, Entry>();
  private readonly byValues = new Map<string, Entry>();
  /** Numbers of the points that the database holds and this session has not met, by values. */
  private readonly stored = new Map<string, number>();
  private readonly takenIds = new Set<number>();
  /** No id from here on was looked at. */
  private untriedId = 1;
  private damaged: number[] = [];
  private ended = 0;
  private readonly documentHash: string;
  private readonly guard: InputGuard;

  constructor(
    private readonly source: PointSource & InputSource,
    private readonly space: Space,
    private readonly objectives: Objectives,
    private readonly store: Store,
    private readonly engine: Engine,
  ) {
    this.documentHash = hashJson(source.document);
    this.guard = new InputGuard(source, space);
  }

  /**
   * Reads what the store holds, and writes nothing. `known`: inputs that its points have read. Returns those that are
   * others now. `open`: states that have not ended.
   */
  async read(known: readonly Input[], open: ReadonlySet<PointState>): Promise<readonly Change[]> {
    this.guard.know(known);
    const choices = new Map<string, StoredPoint[]>();
    for (const { point, isSound } of this.store.sealedPoints()) {
      if (open.has(point.state)) continue; // asked anew at the same place
      this.takenIds.add(point.id);
      if (!isSound) {
        this.damaged.push(point.id);
        continue;
      }
      this.stored.set(nameOf(point.values, point.fidelity), point.id);
      if (point.fidelity === 1) this.ended++;
      this.guard.represent(choices, point);
    }
    return this.changesOf([...choices.values()].flat());
  }

  /** Nothing of what was read holds: the inputs are others. */
  forget(): void {
    this.stored.clear();
    this.damaged = [];
    this.ended = 0;
    for (const id of this.store.ids()) this.takenIds.add(id);
    this.guard.know([]);
  }

  /**
   * Takes out rows that have not ended, and those that were changed behind our back: they are computed anew. Number of
   * points that have ended.
   */
  heal(onDamage: (id: number) => void): number {
    this.store.repair(this.damaged);
    for (const id of this.damaged) {
      this.takenIds.delete(id); // asked again at the same place, so the new row gets the same id
      onDamage(id);
    }
    return this.ended;
  }

  /** The entry of an asked position, and its row where this is the first time that it is met. */
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
   * One point a choice of files is enough: all that made the same choice have read the same, or would not have been
   * stored.
   */
  private async changesOf(points: readonly StoredPoint[]): Promise<readonly Change[]> {
    const changes: Change[] = [];
    for (const { values, fidelity } of points) {
      if (this.guard.isChecked(values)) continue;
      const described = this.tryDescribe(this.byPath(values, fidelity));
      if ("code" in described) continue; // refused without a look into a file
      const read = await this.engine.identify(described.experiment);
      changes.push(...this.guard.check(values, described.experiment, read).changes);
    }
    return changes;
  }

  /** The experiment of an entry. @throws InputError where its model or data cannot be read any more. */
  async describe(entry: Entry): Promise<NonNullable<Entry["described"]>> {
    if (entry.described === null) {
      const byPath = this.byPath(entry.values, entry.fidelity);
      const experiment = this.source.experimentOf(byPath);
      entry.described = { experiment, byPath, inputs: await this.engine.identify(experiment) };
    }
    return entry.described;
  }

  entryOf(key: string): Entry | undefined {
    return this.byKey.get(key);
  }

  private byPath(values: PointValues, fidelity: number): { readonly [path: string]: Json } {
    return byPathAt(this.source.document, this.space.byPath(values), fidelity);
  }

  private again(entry: Entry): Admission {
    this.staleAsks++;
    return { entry, row: null, stored: true };
  }

  private register(text: string, entry: Entry, row: StoredPoint, stored: boolean): Admission {
    this.entries.push(entry);
    if (entry.fidelity === 1) this.points++;
    this.byKey.set(entry.key, entry);
    this.byValues.set(text, entry);
    this.staleAsks = 0;
    return { entry, row, stored };
  }

  /** A stored point met for the first time in this session: of an earlier one, or merged in. */
  private recall(text: string, values: PointValues, row: StoredPoint): Admission {
    const twin = this.byKey.get(row.key);
    if (twin !== undefined) {
      this.byValues.set(text, twin);
      return this.again(twin);
    }
    const { id, key, fidelity } = row;
    const attempts = row.state === "queued" ? 0 : row.attempts; // those of a session that was killed say nothing of the point
    const entry = { id, key, values, fidelity, order: this.orderOf(fidelity), attempts, score: null, described: null };
    return this.register(text, entry, row, true);
  }

  private orderOf(fidelity: number): number {
    return this.points + (fidelity === 1 ? 1 : 0);
  }

  /** The place in ask order, or the next that no other point has taken. */
  private nextId(): number {
    let id = Math.max(this.untriedId, this.entries.length + 1);
    while (this.takenIds.has(id)) id++;
    this.takenIds.add(id);
    this.untriedId = id + 1;
    return id;
  }

  private tryDescribe(byPath: Task["byPath"]): Pick<Task, "experiment"> | { readonly code: string; readonly reason: string } {
    try {
      return { experiment: this.source.experimentOf(byPath) };
    } catch (error) {
      if (error instanceof InfeasibleError) return { code: error.code, reason: error.message };
      if (error instanceof InputError) return { code: "REFUSED", reason: error.message };
      throw error;
    }
  }

  private async create(text: string, values: PointValues, fidelity: number): Promise<Admission> {
    const byPath = this.byPath(values, fidelity);
    const tried = this.tryDescribe(byPath);
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
    const stored = this.store.pointOfKey(key);
    if (stored !== null && this.store.isSound(stored.id)) {
      this.store.transaction(() => {
        this.store.addInputs(read);
        this.store.adopt(stored.id);
      });
      return this.recall(text, values, stored);
    }
    const id = this.nextId();
    const before = await beforeRun(values, described?.experiment ?? null, this.objectives, this.engine);
    const refused = refusal ?? before.refused;
    this.store.transaction(() => {
      if (stored !== null) this.store.remove(stored.id);
      this.store.addInputs(read);
      this.store.insert({ id, key, values, fidelity }, byPath);
      if (refused !== null) this.store.fail(id, { state: "infeasible", ...refused, violation: INFEASIBLE_VIOLATION, durationMs: 0 });
      else if (before.violation > 0) {
        const reason = `breaks ${before.broken.join(" and ")}`;
        this.store.fail(id, { state: "infeasible", code: "CONSTRAINT", reason, violation: before.violation, durationMs: 0 });
      }
    });
    const row = this.store.point(id) as StoredPoint;
    const order = this.orderOf(fidelity);
    // what is refused is never started
    const entry = { id, key, values, fidelity, order, attempts: 0, score: null, described: row.state === "queued" ? described : null };
    return this.register(text, entry, row, false);
  }
}
