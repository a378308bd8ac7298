/**
 * Editions of a study: the inputs with which its points were computed. The newest edition is the study's; points of
 * older ones stay in the file, apart from it.
 * Throws: `InputError` if a row is damaged.
 */
import * as z from "zod";
import { inputError } from "../../base/errors.js";
import { canonicalJson, type Json } from "../../base/hash.js";
import { type Edition, INPUT_KINDS, type Input, inputsAfter } from "../inputs.js";
import { POINT_QUERY, pointOf, type Row, type StoredPoint } from "./rows.js";
import { IN_EDITION } from "./schema.js";
import { Sessions } from "./sessions.js";

interface StoredEdition extends Edition {
  readonly id: number;
  readonly engineVersion: string;
}

const inputsSchema = z.array(z.strictObject({ kind: z.enum(INPUT_KINDS), name: z.string(), sha256: z.string() }));

/** An edition from the columns of a row. */
export function editionOf(row: Row, file: string): Omit<StoredEdition, "id"> {
  const damaged = (column: string): Error =>
    inputError(file, `is damaged: ${column} of its edition cannot be read`, "recover it with `sqlite3 FILE .recover`, or start a new --db");
  const json = (column: string): unknown => {
    try {
      return JSON.parse(row[column] as string);
    } catch {
      throw damaged(column);
    }
  };
  const inputs = inputsSchema.safeParse(json("inputs_json"));
  if (!inputs.success) throw damaged("inputs_json");
  return { inputs: inputs.data, document: withBasis(json("document_json") as Json), engineVersion: row.engine_version as string };
}

/** Descriptions stored before prices had a basis were priced by the library's models without a factor. */
function withBasis(document: Json): Json {
  const isMapping = (value: Json | undefined): value is { readonly [key: string]: Json } =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMapping(document) || !isMapping(document.prices) || "basis" in document.prices) return document;
  return { ...document, prices: { basis: "library", ...document.prices } };
}

export class Editions extends Sessions {
  /** @throws InputError if there is no edition of that number */
  edition(id: number): StoredEdition {
    const row = this.get("SELECT * FROM edition WHERE id = ?", [id]);
    if (row === undefined) throw inputError(this.file, `is damaged: it has no edition ${id}`, "start a new --db");
    return { id, ...editionOf(row, this.file) };
  }

  /** Opens an edition; returns its number. Removes front and reference point, which belong to the old one. */
  protected openEdition({ inputs, document }: Edition, engineVersion: string, at: string): number {
    this.run("INSERT INTO edition (inputs_json, document_json, engine_version, created_at) VALUES (?, ?, ?, ?)", [
      canonicalJson(inputs),
      canonicalJson(document),
      engineVersion,
      at,
    ]);
    return (this.get("SELECT max(id) AS id FROM edition") as { id: number }).id;
  }

  /**
   * Adds inputs that points of the study's edition have read, in place of those of the same kind and name, which only
   * points have read that did not end.
   */
  addInputs(inputs: readonly Input[]): void {
    if (inputs.length === 0) return;
    const { id, known } = this.get("SELECT id, inputs_json AS known FROM edition WHERE id = (SELECT edition FROM study)") as {
      id: number;
      known: string;
    };
    const all = canonicalJson(inputsAfter(JSON.parse(known) as Input[], inputs));
    this.run("UPDATE edition SET inputs_json = ? WHERE id = ?", [all, id]);
  }

  /** A point of any edition. */
  point(id: number): StoredPoint | null {
    const row = this.get(`${POINT_QUERY} WHERE p.id = ?`, [id]);
    return row === undefined ? null : pointOf(row);
  }

  /** A point of any edition. */
  pointOfKey(key: string): StoredPoint | null {
    const row = this.get(`${POINT_QUERY} WHERE p.key = ?`, [key]);
    return row === undefined ? null : pointOf(row);
  }

  /** Ids of the points of all editions. */
  ids(): number[] {
    return this.query("SELECT id FROM point").map((row) => row.id as number);
  }

  /** Ids of the points and trials of other editions. */
  idsApart(): number[] {
    return this.query("SELECT id FROM point WHERE edition != (SELECT edition FROM study)").map((row) => row.id as number);
  }

  /** Number of points of other editions. Most studies have one edition, so that no point is read. */
  apart(): number {
    if (this.query("SELECT count(*) AS n FROM edition")[0].n === 1) return 0;
    return this.query("SELECT count(*) AS n FROM point p WHERE p.fidelity = 1 AND p.edition != (SELECT edition FROM study)")[0].n as number;
  }

  /** Number of points of the study, including those that have not ended. */
  size(): number {
    return this.query(`SELECT count(*) AS n FROM point p WHERE p.fidelity = 1 AND ${IN_EDITION}`)[0].n as number;
  }
}
