/** One open database file: prepared statements kept, SQLite's errors in the product's words. Throws: `InputError` where SQLite fails. */
import type Database from "better-sqlite3";
import { translated } from "./faults.js";
import type { Row } from "./rows.js";

export type Parameters = readonly (number | string | null | Uint8Array)[];

export class Connection {
  private readonly statements = new Map<string, Database.Statement>();
  /** Made once: making it costs more than a small transaction. */
  private readonly atomically: (body: () => void) => void;

  constructor(
    readonly file: string,
    protected readonly db: Database.Database,
  ) {
    this.atomically = db.transaction((body: () => void) => body());
  }

  /** Rows of any reading query, for exports and people's filters. */
  query(sql: string, parameters: readonly (number | string)[] = []): Row[] {
    return this.guard(() => this.db.prepare(sql).all(...parameters) as Row[]);
  }

  transaction(body: () => void): void {
    this.guard(() => this.atomically(body));
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
    this.guard(() => this.statement(sql).run(...parameters));
  }

  protected get(sql: string, parameters: readonly (number | string)[] = []): Row | undefined {
    return this.guard(() => this.statement(sql).get(...parameters) as Row | undefined);
  }

  protected guard<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw translated(this.file, error);
    }
  }

  protected disconnect(): void {
    this.guard(() => {
      this.statements.clear();
      this.db.close();
    });
  }
}
