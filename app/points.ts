/**
 * Reads all points of a study with all stored data, as typed rows or as a file. Effects: reads the database, writes
 * files.
 */
import { basename, extname } from "node:path";
import type { FileContent } from "../base/escape/filtered.js";
import { writePieces } from "../base/write-file.js";
import { otherBuild, otherBuildLines, POINT_FORMATS, type PointFormat, type PointRow, pointRows, pointTable } from "../sweeps/index.js";
import { checkedOptions, demandText } from "./checked-options.js";
import { readStill, studyOf, withStore } from "./stored.js";

export type { PointRow } from "../sweeps/index.js";

/** Which points are read, and which of their data. */
export interface PointsOptions {
  /**
   * Also trials of a screening search (`fidelity` below 1) and points with other inputs (another `edition`). Default:
   * only the study's own points.
   */
  readonly all?: boolean;
  /** Also the breakdown of energy and area by component; default: true. */
  readonly breakdown?: boolean;
}

const POINTS_OPTIONS = { all: "boolean", breakdown: "boolean" } as const;

/**
 * The points of a study, one by one, in the order in which the sampler asked for them: memory does not grow with the
 * study. The database stays open until the last row is read or the loop ends.
 *
 * @param database a result database; a sweep may still be writing it, and all rows show one moment of it
 * @throws InputError if the file is not such a database or holds no study, and at the first row that was changed after
 * it was stored
 */
export function* points(database: string, options: PointsOptions = {}): Generator<PointRow> {
  const { all = false, breakdown = true } = checkedOptions("points", options, POINTS_OPTIONS);
  const store = readStill(database);
  try {
    studyOf(store);
    yield* pointRows(store, all ? "all" : "study", breakdown);
  } finally {
    store.close();
  }
}

/**
 * Writes every point of a study as CSV, JSON or Parquet: parameters, metrics, breakdown, state and reason, integers as
 * integers. The file is written whole or not at all; memory does not grow with the study.
 *
 * @param out file to write
 * @returns size of the file in bytes
 * @throws InputError as `points`, for an unknown format, and if the file cannot be written
 */
export function exportPoints(database: string, format: string, out: string, options: PointsOptions = {}): Promise<number> {
  checkedOptions("exportPoints", options, POINTS_OPTIONS);
  demandText("exportPoints", out, "the path of the file to write");
  return writePieces(out, pointPieces(database, format, options));
}

/** As `exportPoints`, but returns the pieces of the file. */
export function* pointPieces(
  database: string,
  format: string,
  { all = false, breakdown = true }: PointsOptions = {},
): Generator<FileContent> {
  const { pieces } = pointFormat(format);
  const store = readStill(database);
  try {
    yield* pieces(pointTable(store, { which: all ? "all" : "study", withBreakdown: breakdown, withQuantiles: true }));
  } finally {
    store.close();
  }
}

/** What to know of the numbers of an export; none if this build has computed them. */
export const pointsNotes = (database: string): readonly string[] =>
  withStore(database, (store) => otherBuildLines(otherBuild(studyOf(store).inputs)));

/** Formats of points by name. */
export const pointFormats = (): readonly (readonly [string, { readonly extension: string }])[] => POINT_FORMATS.all;

/** @throws InputError for an unknown format. */
export const pointFormat = (name: string): PointFormat => POINT_FORMATS.demand(name, "--format");

/** Default file of an export: `edge.db`, `parquet` -> `edge-points.parquet`. */
export function pointsName(database: string, format: string): string {
  return `${basename(database, extname(database))}-points.${pointFormat(format).extension}`;
}
