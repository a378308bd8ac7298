/**
 * One open database file: it keeps prepared statements, translates SQLite's errors into words of this program, and
 * makes every change in a transaction that its writer's tenure allows. Throws: `InputError` if SQLite fails.
 */
import Database from "better-sqlite3";
import { damaged, translated } from "./faults.js";
import { noteOpen } from "./open-files.js";
import type { Row } from "./rows.js";
import { Seals } from "./seals.js";
import type { Tenure } from "./tenure.js";

type Parameters = readonly (number | string | null | Uint8Array)[];

export class Connection {
  protected readonly seals: Seals;
  private readonly statements = new Map<string, Database.Statement>();
  /**
   * The transaction is made once, because making it costs more than a small transaction. It takes the write lock at
   * once: one that reads first would not wait for another writer's lock.
   */
  private readonly atomically: (body: () => void) => void;
  private first: (() => void) | null = null;
  private readonly noteClosed: () => void;

  /** `tenure`: of a writer; null for readers and for databases in memory. */
  constructor(
    readonly file: string,
    protected readonly db: Database.Database,
    private readonly tenure: Tenure | null,
  ) {
    this.noteClosed = db.memory ? () => {} : noteOpen(file);
    this.seals = new Seals(db);
    this.atomically = db.transaction((body: () => void) => body()).immediate;
  }

  /** Rows of any reading query, for exports and users' filters. */
  query(sql: string, parameters: readonly (number | string)[] = []): Row[] {
    return this.guard(() => this.db.prepare(sql).all(...parameters) as Row[]);
  }

  transaction(body: () => void): void {
    this.guard(() => {
      if (this.db.inTransaction) {
        body();
        this.seals.settle(); // what follows in the outer transaction may read it
      } else {
        this.tenure?.check();
        try {
          this.atomically(() => {
            this.tenure?.demand();
            this.first?.();
            body();
            this.seals.settle();
          });
          this.first = null;
        } finally {
          this.seals.forget();
        }
      }
    });
  }

  /** Runs `work` in the transaction of the first change, before it. A program that changes nothing leaves it undone. */
  protected beforeFirstChange(work: () => void): void {
    this.first = work;
  }

  /** Runs `read` on one state of the database, even while another process writes. */
  protected snapshot<T>(read: () => T): T {
    return this.guard(() => (this.db.inTransaction ? read() : this.db.transaction(read)()));
  }

  /** Calls `tell` once if the database's file is lost while nothing is written; `end` ends the watch. */
  watch(tell: (loss: unknown) => void): { readonly end: () => void } {
    return this.tenure?.watch((loss) => tell(loss)) ?? { end: () => {} };
  }

  protected statement(sql: string): Database.Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  protected run(sql: string, parameters: Parameters): void {
    if (!this.db.inTransaction) {
      this.transaction(() => this.run(sql, parameters));
      return;
    }
    this.guard(() => {
      this.seals.note(sql, parameters);
      this.statement(sql).run(...parameters);
    });
  }

  protected get(sql: string, parameters: readonly (number | string)[] = []): Row | undefined {
    return this.guard(() => this.statement(sql).get(...parameters) as Row | undefined);
  }

  protected guard<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw this.isBroken(error) ? damaged(this.file, "its rows contradict each other") : translated(this.file, error);
    }
  }

  /** True if a constraint failed because the file's pages are damaged, not because of the written values. */
  private isBroken(error: unknown): boolean {
    const isConstraint = error instanceof Database.SqliteError && error.code.startsWith("SQLITE_CONSTRAINT");
    return isConstraint && this.db.pragma("integrity_check(1)", { simple: true }) !== "ok";
  }

  protected disconnect(): void {
    this.guard(() => {
      this.statements.clear();
      const loss = this.tenure?.end() ?? null;
      this.db.close();
      this.noteClosed();
      if (loss !== null) throw loss;
    });
  }
}
