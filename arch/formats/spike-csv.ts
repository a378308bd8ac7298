/**
 * Spike files in CSV: a grid (one row per step, one column per neuron), or, with a header naming step and neuron (and
 * payload, and sample), an event list. Samples count from 0. All samples have as many neurons as the widest one; each
 * has as many steps as its events need. A header of camera events is refused; any other header names the neurons. It
 * holds no numbers; a first row that counts the columns, as data frames without names write it, is refused.
 * Throws: InputError with the line. Not modelled: quoted fields.
 */

import { InputError, inputError, type Problem } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { refuseControls } from "./binary-kind.js";
import { eventColumns, shortened } from "./event-columns.js";
import { type Raster, rasterOf } from "./raster.js";

/** `file` is used only in error messages. */
export function parseSpikeCsv(text: string, file: string): Raster[] {
  refuseControls(text, file);
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line, index) => ({ cells: line.split(",").map((cell) => cell.trim()), number: index + 1 }));
  const holds = ({ cells }: Line): boolean => cells.some((cell) => cell !== "");
  const top = lines.find(holds);
  if (top === undefined) throw inputError(file, "is empty", "expected one row per step, or a header sample,step,neuron,payload");
  const header = top.cells;
  const named = isHeader(header);
  const events = named ? eventColumns(header, file) : null;
  if (lines.filter(holds).length > 1 && countsColumns(header))
    throw inputError(
      file,
      `line ${top.number} counts the columns, ${header[0]} to ${header[header.length - 1]}: as a header it is no step`,
      "leave it out (pandas: header=False), or, if it is a step, put a line of names above it",
    );
  const columns = header.length;
  // a grid's row of commas alone is a step, whose values are missing
  const isRow = (line: Line): boolean => holds(line) || (events === null && line.cells.length > 1);
  const rows = lines.filter((line) => isRow(line) && !(named && line === top));
  const problems: Problem[] = [];
  const numbers = rows.map(({ cells, number }) => {
    if (cells.length !== columns)
      problems.push({ file, line: number, column: 1, path: "", message: `has ${cells.length} fields, expected ${columns}`, fix: "" });
    return cells.map((cell, column) => {
      const value = cell === "" ? Number.NaN : Number(cell);
      if (!Number.isFinite(value))
        problems.push({
          file,
          line: number,
          column: column + 1,
          path: "",
          message: `${JSON.stringify(shortened(cell))} is not a number`,
          fix: number === top.number ? "a header names every column, and a row of numbers holds no words" : "",
        });
      return value;
    });
  });
  if (problems.length > 0) throw new InputError(problems.slice(0, 20));
  if (numbers.length === 0) throw inputError(file, "has a header and no further row", "add one row per step, or one per event");
  if (events === null) return [{ steps: numbers.length, neurons: columns, data: Float64Array.from(numbers.flat()) }];
  const { sample, step, neuron, payload } = events;
  const samples: SpikeEvent[][] = [];
  for (const [index, row] of numbers.entries()) {
    const event = { step: row[step], neuron: row[neuron], value: payload < 0 ? 1 : row[payload] };
    const at = sample < 0 ? 0 : row[sample];
    if (![event.step, event.neuron, at].every((n) => Number.isInteger(n) && n >= 0))
      throw inputError(file, `line ${rows[index].number}: sample, step and neuron must be whole numbers from 0`);
    if (at > MOST_SAMPLES) throw inputError(file, `line ${rows[index].number}: sample ${at}, at most ${MOST_SAMPLES} are read`);
    while (samples.length <= at) samples.push([]);
    samples[at].push(event);
  }
  const most = (events: readonly SpikeEvent[], pick: (event: SpikeEvent) => number): number =>
    events.reduce((largest, event) => Math.max(largest, pick(event) + 1), 0);
  const neurons = samples.reduce(
    (largest, events) =>
      Math.max(
        largest,
        most(events, (event) => event.neuron),
      ),
    0,
  );
  const steps = samples.map((events) => most(events, (event) => event.step));
  return samples.map((events, at) => ({ ...rasterOf(events, steps[at], neurons, file), isOpen: true }));
}

/** Names of columns. A row that also holds numbers, infinities or NaN is a step that somebody wrote wrongly. */
function isHeader(cells: readonly string[]): boolean {
  const written = cells.filter((cell) => cell !== "");
  return written.every(isWord);
}

/** 0, 1, 2, ... or 1, 2, 3, ... of three columns or more: the names of a data frame that was given none. */
function countsColumns(cells: readonly string[]): boolean {
  const first = cells[0] === "1" ? 1 : 0;
  return cells.length > 2 && cells.every((cell, column) => cell === String(first + column));
}

/** True for a cell that is no number, infinity or NaN, so that it may name a column. */
export const isWord = (cell: string): boolean => Number.isNaN(Number(cell)) && !/^[+-]?(nan|inf|infinity)$/i.test(cell);

interface Line {
  readonly cells: readonly string[];
  readonly number: number;
}

interface SpikeEvent {
  readonly step: number;
  readonly neuron: number;
  readonly value: number;
}

const MOST_SAMPLES = powerOfTwo(20);
