/**
 * Rows of a study that match their seals; others are named, and the sweep computes their points again. Throws:
 * `InputError` if a row was changed.
 */
import { isDeepStrictEqual } from "node:util";
import { inputError } from "../../base/errors.js";
import type { BreakdownRow, MetricName } from "../../sim/index.js";
import { Editions } from "./editions.js";
import { damaged, translated } from "./faults.js";
import { pointOf, type Row, type StoredPoint } from "./rows.js";
import { rowOf, type SealedPoint, type SealedTable } from "./seals.js";
import { type FeasibleRow, Sums, type Tally } from "./tally.js";

/** Ended points of all editions by state: as the index has them, and as they were counted when they ended. */
const COUNTED = {
  indexed: `SELECT edition, state, count(*) AS points FROM point INDEXED BY point_state
    WHERE fidelity = 1 AND state NOT IN ('queued', 'running') GROUP BY edition, state ORDER BY edition, state`,
  kept: "SELECT edition, state, points FROM state_count WHERE points <> 0 ORDER BY edition, state",
};

/** A point with the rows of its breakdown, which are empty unless it is done. */
interface WholePoint {
  readonly point: StoredPoint;
  readonly breakdown: readonly BreakdownRow[];
}

/** A row of `breakdown_row` with its component. */
function partOf(cells: readonly unknown[], { component, group, source }: Row): BreakdownRow {
  const [count, unitEnergyPj, energyPj, areaMm2] = cells.slice(3) as (number | null)[];
  const named = { component: component as string, group: group as BreakdownRow["group"], source: source as string };
  return { ...named, count, unitEnergyPj, energyPj, areaMm2 };
}

/** Ids of points, the first ten. */
function listed(ids: readonly number[]): string {
  return `${ids.length === 1 ? "point" : "points"} ${ids.slice(0, 10).join(", ")}${ids.length > 10 ? ` and ${ids.length - 10} more` : ""}`;
}

export class SoundRows extends Editions {
  /** @throws InputError if a table with a seal of its own was changed; `healed` tables will be written again next */
  protected checkTables(healed: readonly SealedTable[]): void {
    const broken = this.snapshot(() => [
      ...this.seals.brokenTables().filter((table) => !healed.includes(table)),
      ...(this.seals.brokenComponents().length === 0 ? [] : ["component"]),
    ]);
    if (broken.length === 0) return;
    throw inputError(
      this.file,
      `is damaged: its table ${broken.join(", ")} was changed`,
      "bring back a copy of the file, or run its sweep again into a new --db",
    );
  }

  /**
   * `[id, ...metrics]` of every feasible point in the order asked, followed by its values as JSON if asked for. It
   * needs little memory, for fronts of large studies. Without values it reads only results, because the points' rows
   * are larger. If a finished point was removed or adopted and the tally has not been made anew, every seal is checked.
   * @throws InputError if any value was changed or a point is missing, at the latest after the last row
   */
  *feasible(metrics: readonly MetricName[], withValues: boolean): Generator<FeasibleRow> {
    const edition = (this.get("SELECT edition FROM study")?.edition ?? 0) as number;
    const columns = ["r.point_id", ...metrics.map((m) => `r.${m}`), ...(withValues ? ["p.values_json"] : [])].join(", ");
    const from = `result r${withValues ? " JOIN point p ON p.id = r.point_id" : ""}`;
    const sql = `SELECT ${columns} FROM ${from} WHERE r.feasible_in = ${edition} ORDER BY r.point_id`;
    const rows = this.guard(() => this.db.prepare(sql).raw().iterate() as IterableIterator<FeasibleRow>);
    const sums = new Sums(metrics);
    let tally: Tally | null | undefined;
    const tallied = (): Tally | null => {
      const known = this.seals.tally(edition);
      const broken = known === null ? this.unsealedPoints() : [];
      if (broken.length > 0) throw this.damage(listed(broken));
      return known;
    };
    try {
      for (const row of rows) {
        if (tally === undefined) tally = tallied(); // in the snapshot of the rows, which is open now
        sums.add(row);
        yield row;
      }
      if (tally === undefined) tally = tallied();
    } catch (error) {
      throw translated(this.file, error);
    }
    if (tally !== null && !sums.matches(tally, withValues)) this.demandSound("its feasible points");
  }

  /** Points of the study and its trials, in the order asked, and whether each matches its seal. */
  *sealedPoints(): Generator<{ readonly point: StoredPoint; readonly isSound: boolean }> {
    const edition = this.get("SELECT edition FROM study")?.edition;
    try {
      for (const { cells, isSound } of this.seals.sealed()) {
        const row = rowOf(cells);
        if (row.edition === edition) yield { point: pointOf(row), isSound };
      }
    } catch (error) {
      throw translated(this.file, error);
    }
  }

  /** Lines of the breakdowns of several points, each with its energy if a point has one; equal lines stand once. */
  breakdownLines(ids: readonly number[]): readonly Pick<BreakdownRow, "component" | "source" | "energyPj">[] {
    const sql = `SELECT c.component, c.source, max(b.energy_pj) AS energy, min(b.position) AS place
      FROM breakdown_row b JOIN component c ON c.id = b.component_id
      WHERE b.point_id IN (SELECT value FROM json_each(?)) GROUP BY c.component, c.source ORDER BY place, c.component, c.source`;
    return this.query(sql, [JSON.stringify(ids)]).map(({ component, source, energy }) => ({
      component: component as string,
      source: source as string,
      energyPj: energy as number | null,
    }));
  }

  /**
   * Points in the order asked, each with its breakdown, in one pass over the database: those of the study, or also its
   * trials and the points of other inputs.
   * @throws InputError at the first point that was changed
   */
  *wholePoints(which: "study" | "all"): Generator<WholePoint> {
    const edition = this.get("SELECT edition FROM study")?.edition;
    const components = new Map(this.query('SELECT id, component, "group", source FROM component').map((row) => [row.id, row]));
    try {
      for (const { cells, breakdown, isSound } of this.seals.sealed()) {
        const row = rowOf(cells);
        if (which === "study" && (row.edition !== edition || row.fidelity !== 1)) continue;
        if (!isSound) throw this.changed(row.id as number);
        yield { point: pointOf(row), breakdown: breakdown.map((part) => partOf(part, components.get(part[2] as number) as Row)) };
      }
    } catch (error) {
      throw translated(this.file, error);
    }
  }

  /** From now until the database is closed, all reads see one state of it, whatever a writer adds. For readers. */
  holdStill(): void {
    this.guard(() => this.db.exec("BEGIN"));
  }

  /** Ids of the study's points that do not match their seals. */
  brokenPoints(): number[] {
    return this.snapshot(() => this.unsealedPoints());
  }

  private unsealedPoints(): number[] {
    const broken: number[] = [];
    for (const { point, isSound } of this.sealedPoints()) if (!isSound) broken.push(point.id);
    return broken;
  }

  private damage(what: string): Error {
    return inputError(this.file, `is damaged: ${what}`, "run its sweep again with --resume: it computes what is damaged anew");
  }

  /**
   * @throws InputError naming the damaged points, or how many functional runs are damaged. Without damaged points it
   * throws only if `what` is given: some of `what` must be missing
   */
  demandSound(): void;
  demandSound(what: string): never;
  demandSound(what?: string): void {
    const broken = this.brokenPoints();
    const runs = this.brokenRuns();
    if (broken.length === 0 && runs.length === 0 && what === undefined) return;
    const names =
      broken.length > 0
        ? listed(broken)
        : runs.length > 0
          ? `what ${runs.length} of its functional runs got wrong`
          : `${what} do not add up: some are missing`;
    throw this.damage(names);
  }

  /**
   * Removes points that are damaged or have not ended, and makes indices again that do not fit their tables: the sweep
   * computes the points again.
   * @throws InputError if the pages still contradict each other: writing would spread the damage, so the file stays as
   * it was
   */
  repair(ids: readonly number[]): void {
    const fault = (): string | null => {
      const found = this.guard(() => this.db.pragma("integrity_check(1)", { simple: true })) as string;
      return found === "ok" ? null : found.replaceAll("\n", " ");
    };
    const before = fault();
    this.run("DELETE FROM point WHERE state IN ('queued', 'running')", []);
    if (before === null && ids.length === 0 && this.countedPoints() !== null) return;
    this.transaction(() => {
      if (before !== null) {
        this.db.exec("REINDEX");
        this.run("DELETE FROM front", []); // computed again from the points
      }
      for (const id of ids) this.remove(id);
      for (const table of ["result", "detail", "breakdown_row"]) // parts whose point id was changed
        this.run(`DELETE FROM ${table} WHERE point_id NOT IN (SELECT id FROM point)`, []);
      if (this.countedPoints() === null) {
        this.run("DELETE FROM state_count", []);
        this.run(`INSERT INTO state_count ${COUNTED.indexed}`, []);
      }
      const after = before === null ? null : fault();
      if (after !== null) throw damaged(this.file, after);
    });
  }

  /** Counts by state; null if the index and the count contradict each other. */
  private countedPoints(): Row[] | null {
    const indexed = this.query(COUNTED.indexed);
    return isDeepStrictEqual(indexed, this.query(COUNTED.kept)) ? indexed : null;
  }

  /**
   * Makes the point that has this key a point of the study, although it was computed in another edition; null: there is
   * none. One that was changed is removed, as `removed` is told: a new edition would seal it again.
   */
  adopted(key: string, removed: (id: number) => void): StoredPoint | null {
    const point = this.pointOfKey(key);
    if (point === null) return null;
    const { isSound } = this.guard(() => this.seals.sealedPoint(point.id)) as SealedPoint;
    if (isSound) this.run("UPDATE point SET edition = (SELECT edition FROM study) WHERE id = ?", [point.id]);
    else {
      this.remove(point.id);
      removed(point.id);
    }
    return isSound ? point : null;
  }

  /** Removes a point and all rows that belong to it. */
  remove(id: number): void {
    this.run("DELETE FROM point WHERE id = ?", [id]);
  }

  /**
   * A point of any edition that matches its seal; null if there is no such point. @throws InputError if it was changed
   */
  soundPoint(id: number): StoredPoint | null {
    const sealed = this.guard(() => this.seals.sealedPoint(id));
    if (sealed?.isSound === false) throw this.changed(id);
    return sealed === null ? null : pointOf(rowOf(sealed.cells));
  }

  private changed(id: number): Error {
    return inputError(this.file, `is damaged: point ${id}`, "run its sweep again with --resume: it is computed anew");
  }

  /**
   * Number of ended points by state, without trials of a screening search. @throws InputError if index and count
   * contradict each other
   */
  counts(): { readonly done: number; readonly feasible: number; readonly infeasible: number; readonly failed: number } {
    return this.snapshot(() => {
      const edition = (this.get("SELECT edition FROM study")?.edition ?? 0) as number;
      const all = this.countedPoints();
      if (all === null) return this.demandSound("its points");
      const indexed = all.filter((row) => row.edition === edition);
      const of = (...states: string[]): number =>
        indexed.reduce((sum, { state, points }) => sum + (states.includes(state as string) ? (points as number) : 0), 0);
      const feasible = this.get("SELECT count(*) AS points FROM result WHERE feasible_in = ?", [edition])?.points as number;
      return { done: of("done"), feasible, infeasible: of("infeasible"), failed: of("failed", "timeout") };
    });
  }
}
