/**
 * The results of one study in one SQLite file (WAL, one writer, any number of readers; closed, it is one file without a
 * journal). Each change is one transaction: after `kill -9` a point is either wholly stored or not at all.
 * Throws: `InputError` if the file is no database of this program, is damaged, has another schema, is locked, holds
 * another study, or was moved or deleted during the run, and if the disk is full.
 */
import { existsSync, realpathSync } from "node:fs";
import Database from "better-sqlite3";
import { inputError } from "../../base/errors.js";
import { canonicalJson, type Json, sha256 } from "../../base/hash.js";
import type { Counters, Result } from "../../sim/index.js";
import { steadyMs } from "../engine/clock.js";
import type { FinishReason } from "../events.js";
import type { PointValues } from "../space.js";
import { checkFile, checkName, checkOurs, isUnused, translated } from "./faults.js";
import { type PackedResult, packResult } from "./packed-result.js";
import { openForReading } from "./reading.js";
import {
  completed,
  type Failure,
  METRIC_NAMES,
  POINT_QUERY,
  pointOf,
  type Row,
  type StoredPoint,
  unpacked,
  type WarmPoint,
} from "./rows.js";
import { bringUp, createTables, designView, IN_EDITION, readAsNew, SCHEMA_VERSION, SEALED_EVENTS } from "./schema.js";
import { componentNumber } from "./seals.js";
import { SoundRows } from "./sound-rows.js";
import { isPartOf, type StoredStudy, type StudyRecord, searched, studyDifferences, studyOf } from "./study-row.js";
import { Tenure } from "./tenure.js";
import { claim } from "./writer.js";

export type { Failure, StoredPoint, WarmPoint } from "./rows.js";
export type { StudyRecord } from "./study-row.js";

/** The steady clock as text. */
const steadyTime = (): string => new Date(steadyMs()).toISOString();

export class Store extends SoundRows {
  /** Ids of components that this connection has written or found. */
  private readonly components = new Map<string, number>();
  /** What a study that has not begun is told at its start. */
  private warmPoints: readonly WarmPoint[] = [];

  private constructor(
    file: string,
    db: Database.Database,
    tenure: Tenure | null,
    private readonly now: () => string,
  ) {
    super(file, db, tenure);
  }

  /**
   * Opens the database for its one writer; makes it if it does not exist. One of an older version is brought up by the
   * first change, so a command that is refused leaves it to the version that wrote it.
   */
  static open(file: string, now: () => string = steadyTime): Store {
    try {
      checkName(file);
      checkFile(file);
      const isNew = !existsSync(file);
      const path = isNew ? file : realpathSync(file);
      let version = SCHEMA_VERSION;
      const prepare = (db: Database.Database): void => {
        if (isUnused(db)) createTables(db);
        else version = checkOurs(file, db);
      };
      const held = claim(path, prepare, now());
      const store = new Store(file, held.db, new Tenure(file, realpathSync(path), held, isNew), now);
      return store.checked(() => {
        readAsNew(held.db, version);
        store.checkTables(["front"]);
        store.beforeFirstChange(() => {
          bringUp(held.db, version);
          if (version < SEALED_EVENTS) store.seals.sealEvents();
          store.endKilled();
        });
      });
    } catch (error) {
      throw translated(file, error);
    }
  }

  /** A database in memory, which is lost at the end, for a program's own use. */
  static inMemory(now: () => string = steadyTime): Store {
    try {
      const db = new Database(":memory:");
      createTables(db);
      return new Store(":memory:", db, null, now);
    } catch (error) {
      throw translated(":memory:", error);
    }
  }

  /** Opens for reading, also while a writer has the database open. */
  static read(file: string): Store {
    try {
      const store = new Store(file, openForReading(file), null, () => "");
      return store.checked(() => store.checkTables([]));
    } catch (error) {
      throw translated(file, error);
    }
  }

  /** Closes the database again if it is damaged. */
  private checked(check: () => void): this {
    try {
      check();
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.disconnect();
  }

  /** The study of this file; null in a new file. */
  study(): StoredStudy | null {
    const row = this.get(
      "SELECT * FROM study JOIN (SELECT id AS edition, inputs_json, document_json, engine_version FROM edition) USING (edition)",
    );
    return row === undefined ? null : studyOf(row, this.file);
  }

  /**
   * @throws InputError if the file holds another study. A part of a search, also with others merged in, is none: the
   * whole search continues it. Other plug-ins are no other study but other inputs, with which a study can be run again.
   */
  check({ sweep }: StudyRecord): void {
    const stored = this.study();
    if (stored === null || canonicalJson(searched(stored.sweep)) === canonicalJson(searched(sweep))) return;
    if (isPartOf(stored.sweep, sweep)) return;
    const what = `holds another study: ${studyDifferences(stored.sweep, sweep)}`;
    throw inputError(this.file, what, "choose another --db, or run the description that it was made with");
  }

  /**
   * Starts a session: writes or continues the study, and queues running points again. `anew`: the inputs have changed,
   * so the study gets a new edition.
   */
  begin(record: StudyRecord, workers: number, provenance: Json, anew = false): void {
    const stored = this.study();
    this.transaction(() => {
      const edition = anew || stored === null ? this.openEdition(record, record.engineVersion, this.now()) : stored.edition;
      if (stored === null) {
        this.run("INSERT INTO study VALUES (1, ?, ?, ?, ?, ?, NULL, 'running', NULL)", [
          record.name,
          record.identity,
          canonicalJson(record.sweep),
          record.budget,
          edition,
        ]);
        this.writeWarmStart();
      } else {
        const now = [record.name, record.identity, record.budget, edition];
        this.run("UPDATE study SET state = 'running', finish_reason = NULL, name = ?, identity = ?, budget = ?, edition = ?", now);
        const isWhole = isPartOf(stored.sweep, record.sweep);
        if (isWhole) this.run("UPDATE study SET sweep_json = ?", [canonicalJson(record.sweep)]);
        if (anew || isWhole) {
          this.run("UPDATE study SET reference_json = NULL", []);
          this.run("DELETE FROM front", []);
        }
      }
      this.run("UPDATE point SET state = 'queued' WHERE state = 'running'", []);
      this.run("INSERT INTO session (started_at, process, workers, provenance_json) VALUES (?, ?, ?, ?)", [
        this.now(),
        process.pid,
        workers,
        canonicalJson(provenance),
      ]);
    });
  }

  end(state: "finished" | "stopped", reason: FinishReason): void {
    this.transaction(() => {
      this.run("UPDATE study SET state = ?, finish_reason = ?", [state, reason]);
      this.run("UPDATE session SET ended_at = ? WHERE id = (SELECT max(id) FROM session)", [this.now()]);
    });
  }

  /** Computes the tally of all feasible points again, after changes of finished points. */
  recount(): void {
    this.transaction(() => this.seals.recount());
  }

  setReference(natural: readonly number[]): void {
    this.run("UPDATE study SET reference_json = ?", [JSON.stringify(natural)]);
  }

  /** Points in the order asked, without details: those of the study, or also the trials of a screening search. */
  *points(where = "1", which: "whole" | "any" = "whole"): Generator<StoredPoint> {
    const whole = which === "whole" ? `${IN_EDITION} AND p.fidelity = 1 AND ` : `${IN_EDITION} AND `;
    const rows = this.guard(
      () => this.db.prepare(`${POINT_QUERY} WHERE ${whole}(${where}) ORDER BY p.id`).iterate() as IterableIterator<Row>,
    );
    try {
      for (const row of rows) yield pointOf(row);
    } catch (error) {
      throw translated(this.file, error);
    }
  }

  /** The whole result of a point; null unless done. @throws InputError if the stored text is damaged */
  result(id: number): Result | null {
    const row = this.guard(() =>
      this.statement("SELECT d.result_deflate AS blob, r.digest FROM detail d JOIN result r USING (point_id) WHERE point_id = ?").get(id),
    ) as { blob: Buffer; digest: string } | undefined;
    if (row === undefined) return null;
    try {
      const text = unpacked(row.blob);
      if (sha256(text) === row.digest) return completed(JSON.parse(text) as Result);
    } catch {
      // falls through: a blob that cannot be unpacked is as damaged as one with another digest
    }
    throw inputError(this.file, `the stored result of point ${id} is damaged`, "run the sweep again with --resume: it is computed anew");
  }

  /** Counters of a point's timing run; null unless done. */
  counters(id: number): Counters | null {
    const row = this.get("SELECT counters_deflate AS blob FROM detail WHERE point_id = ?", [id]) as { blob: Buffer } | undefined;
    if (row === undefined) return null;
    try {
      const plain = JSON.parse(unpacked(row.blob)) as { [name in Exclude<keyof Counters, "port">]: number | number[] } & Partial<
        Pick<Counters, "port">
      >;
      const numbers = (list: unknown): Float64Array => {
        if (!Array.isArray(list)) throw new TypeError("counters are lists");
        return Float64Array.from(list as number[]);
      };
      return {
        ...plain,
        cores: numbers(plain.cores),
        routers: numbers(plain.routers),
        links: numbers(plain.links),
        port: plain.port ?? null,
      } as Counters;
    } catch {
      throw inputError(this.file, `the stored counts of point ${id} are damaged`, "run the sweep again with --resume: it is computed anew");
    }
  }

  insert({ id, key, values, fidelity }: Pick<StoredPoint, "id" | "key" | "values" | "fidelity">, config: Json): void {
    this.run(
      "INSERT INTO point (id, key, edition, values_json, config_json, fidelity, state, created_at) VALUES (?, ?, (SELECT edition FROM study), ?, ?, ?, 'queued', ?)",
      [id, key, canonicalJson(values), canonicalJson(config), fidelity, this.now()],
    );
  }

  /** Starts a point that waits, or one that failed and runs again. */
  setRunning(id: number, attempt: number): void {
    this.run(
      "UPDATE point SET state = 'running', code = NULL, reason = NULL, violation = NULL, ended_at = NULL, duration_ms = NULL, attempts = ? WHERE id = ?",
      [attempt, id],
    );
  }

  setQueued(id: number): void {
    this.run(
      "UPDATE point SET state = 'queued', code = NULL, reason = NULL, violation = NULL, ended_at = NULL, duration_ms = NULL WHERE id = ?",
      [id],
    );
  }

  finish(
    { id }: Pick<StoredPoint, "id">,
    result: Result,
    counters: Counters,
    violation: number | null,
    durationMs: number,
    packed: PackedResult = packResult(result, counters),
  ): void {
    this.transaction(() => {
      this.run("UPDATE point SET state = 'done', violation = ?, ended_at = ?, duration_ms = ?, code = NULL, reason = NULL WHERE id = ?", [
        violation,
        this.now(),
        durationMs,
        id,
      ]);
      this.run(
        `INSERT INTO result (point_id, digest, feasible_in, ${METRIC_NAMES.join(", ")})
          VALUES (?, ?, (SELECT iif(violation = 0 AND fidelity = 1, edition, NULL) FROM point WHERE id = ?)${", ?".repeat(METRIC_NAMES.length)})`,
        [id, packed.digest, id, ...METRIC_NAMES.map((m) => result.metrics[m])],
      );
      this.run("INSERT INTO detail VALUES (?, ?, ?)", [id, packed.result, packed.counters]);
      result.breakdown.forEach((row, position) => {
        this.run("INSERT INTO breakdown_row VALUES (?, ?, ?, ?, ?, ?, ?)", [
          id,
          position,
          this.component(row),
          row.count,
          row.unitEnergyPj,
          row.energyPj,
          row.areaMm2,
        ]);
      });
    });
  }

  /** Id of a row's component, made from its content: equal components are stored once. */
  private component({ component, group, source }: Result["breakdown"][number]): number {
    const text = `${component}\n${group}\n${source}`;
    const known = this.components.get(text);
    if (known !== undefined) return known;
    const number = componentNumber(component, group, source);
    this.run("INSERT OR IGNORE INTO component VALUES (?, ?, ?, ?)", [number, component, group, source]);
    this.components.set(text, number);
    return number;
  }

  fail(id: number, failure: Failure): void {
    this.run("UPDATE point SET state = ?, code = ?, reason = ?, violation = ?, ended_at = ?, duration_ms = ? WHERE id = ?", [
      failure.state,
      failure.code,
      failure.reason,
      failure.violation,
      this.now(),
      failure.durationMs,
      id,
    ]);
  }

  /** Points of another sweep that the search was told of at its start, in order. */
  warmStart(): readonly WarmPoint[] {
    if (this.study() === null) return this.warmPoints;
    return this.query("SELECT source, values_json, objectives_json, violation FROM warm_start ORDER BY id").map((row) => ({
      source: row.source as string,
      values: JSON.parse(row.values_json as string) as PointValues,
      objectives: row.objectives_json === null ? null : (JSON.parse(row.objectives_json as string) as number[]),
      violation: (row.violation as number | null) ?? Number.POSITIVE_INFINITY,
    }));
  }

  /** Of a study that has not begun: they are stored as it begins, so that a refusal before that leaves nothing. */
  setWarmStart(points: readonly WarmPoint[]): void {
    this.warmPoints = points;
  }

  private writeWarmStart(): void {
    this.run("DELETE FROM warm_start", []); // an earlier version stored them before the study began
    for (const { source, values, objectives, violation } of this.warmPoints)
      this.run("INSERT INTO warm_start (source, values_json, objectives_json, violation) VALUES (?, ?, ?, ?)", [
        source,
        canonicalJson(values),
        objectives === null ? null : JSON.stringify(objectives),
        Number.isFinite(violation) ? violation : null,
      ]);
  }

  /** Ids of the stored front, in order. */
  frontIds(): number[] {
    return this.query("SELECT point_id AS id FROM front ORDER BY point_id").map((row) => row.id as number);
  }

  /** Replaces the ids of the front. `before`: those that it has; the caller may know them. */
  setFront(ids: readonly number[], before: readonly number[] = this.frontIds()): void {
    const [now, had] = [new Set(ids), new Set(before)];
    this.transaction(() => {
      for (const id of before) if (!now.has(id)) this.run("DELETE FROM front WHERE point_id = ?", [id]);
      for (const id of ids) if (!had.has(id)) this.run("INSERT INTO front VALUES (?)", [id]);
    });
  }

  log(type: string, detail: Json): void {
    this.run("INSERT INTO event (at, type, detail_json) VALUES (?, ?, ?)", [this.now(), type, canonicalJson(detail)]);
  }

  /** Contents of the events of a type, oldest first. */
  events(type: string): readonly Json[] {
    return this.query("SELECT detail_json FROM event WHERE type = ? ORDER BY id", [type]).map(
      (row) => JSON.parse(row.detail_json as string) as Json,
    );
  }

  /** The stored report of a synthesis by its key; null: there is none, or it was changed. */
  synthesis(key: string): string | null {
    // a database of an older version has no such table until it is opened for writing
    if (this.get("SELECT 1 AS found FROM sqlite_schema WHERE name = 'synthesis'") === undefined) return null;
    const row = this.get("SELECT report_json AS report, digest FROM synthesis WHERE key = ?", [key]);
    return row !== undefined && sha256(row.report as string) === row.digest ? (row.report as string) : null;
  }

  setSynthesis(key: string, pointId: number, target: string, report: string): void {
    this.run("INSERT OR REPLACE INTO synthesis VALUES (?, ?, ?, ?, ?, ?)", [key, pointId, target, report, sha256(report), this.now()]);
  }

  /** Makes the view `design_point` for the study's parameters. */
  describe(parameterNames: readonly string[]): void {
    this.transaction(() => this.db.exec(`DROP VIEW IF EXISTS design_point; ${designView(parameterNames, SCHEMA_VERSION)}`));
  }
}
