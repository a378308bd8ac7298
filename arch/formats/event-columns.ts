/**
 * Classifies a table by its header: events that can be read (`step`, `neuron`, optional `sample` and `payload`), other
 * events, which are refused and never read as a grid, or one neuron per column. Pure.
 * Throws: InputError.
 */
import { inputError } from "../../base/errors.js";
import { FROM_EVENTS } from "./binary-kind.js";

const EVENT_COLUMNS = ["sample", "step", "neuron", "payload"] as const;
type EventColumn = (typeof EVENT_COLUMNS)[number];

/** Usual names of an event's fields, without case, punctuation and units. */
const ROLES: { readonly [role: string]: readonly string[] } = {
  time: ["t", "ts", "time", "times", "timestamp", "timestamps"],
  step: ["step", "steps", "timestep", "timesteps", "frame", "bin"],
  x: ["x", "xs", "xaddr", "addrx", "xpos", "posx", "xaddress", "col", "column"],
  y: ["y", "ys", "yaddr", "addry", "ypos", "posy", "yaddress", "row"],
  polarity: ["p", "ps", "pol", "pols", "polarity", "polarities"],
  neuron: ["neuron", "neurons", "neuronid", "neuronindex", "unit", "units", "unitid", "addr", "address", "channel", "id", "index", "idx"],
  sample: ["sample", "samples", "sampleid", "trial", "recording"],
};
const ROLE_OF: ReadonlyMap<string, string> = new Map(Object.entries(ROLES).flatMap(([role, names]) => names.map((name) => [name, role])));

/** Role of a field or column by its name, e.g. `time` for `t [us]`; null for other names. */
export function eventRole(name: string): string | null {
  return ROLE_OF.get(bare(name)) ?? null;
}

/**
 * Index of each column of an event list; null if the header names one neuron per column. `names`: cells of the first
 * line.
 */
export function eventColumns(names: readonly string[], file: string): { readonly [column in EventColumn]: number } | null {
  const cells = names.map((name) => name.trim().toLowerCase());
  if (cells.includes("step") && cells.includes("neuron")) {
    const odd = cells.findIndex((cell, at) => !EVENT_COLUMNS.some((column) => column === cell) || cells.indexOf(cell) !== at);
    if (odd >= 0)
      throw inputError(
        file,
        `column ${odd + 1} of its header is ${JSON.stringify(shortened(cells[odd]))}; events have ${EVENT_COLUMNS.join(", ")}, each once`,
        "call it payload if spikes carry it, else leave it out",
      );
    const [sample, step, neuron, payload] = EVENT_COLUMNS.map((column) => cells.indexOf(column));
    return { sample, step, neuron, payload };
  }
  refuseEvents(names, file);
  const unnamed = cells.indexOf("");
  if (unnamed >= 0)
    throw inputError(
      file,
      `column ${unnamed + 1} of its header has no name: it may be an index, not a neuron`,
      "save it without one (pandas: index=False)",
    );
  return null;
}

/** Throws if the fields of a table or of records are those of camera events: an address, a time, a polarity. */
export function refuseEvents(names: readonly string[], file: string): void {
  // A single cell of several words is a line with another separator than a comma.
  const words = names.length === 1 ? names[0].split(/[\s;|]+/) : names;
  const roles = words.flatMap((word) => {
    const role = ROLE_OF.get(bare(word));
    return role === undefined ? [] : [{ word, role }];
  });
  const found = new Set(roles.map(({ role }) => role));
  if (names.length < words.length && found.size < 2) return;
  const isPlaced = found.has("x") || found.has("y");
  const isEvents = ["time", "step", "neuron", "sample"].some((role) => found.has(role)) || (found.has("polarity") && isPlaced);
  if (!isEvents) return;
  throw inputError(
    file,
    `its header names ${shortened(roles.map(({ word }) => word.trim()).join(", "))}: ${isPlaced ? "events of a camera" : "events, or an index"}, not one neuron per column`,
    `events need a header of step,neuron, and optionally sample and payload; else ${FROM_EVENTS}; columns that are neurons need no header`,
  );
}

/** Microseconds per unit of time, by its names. */
const UNITS_US: { readonly [unit: string]: number } = {
  ...{ ns: 1e-3, nsec: 1e-3, nanoseconds: 1e-3, us: 1, usec: 1, "\u00b5s": 1, "\u03bcs": 1, microseconds: 1 },
  ...{ ms: 1e3, msec: 1e3, milliseconds: 1e3, s: 1e6, sec: 1e6, seconds: 1e6 },
};
const SUFFIX = new RegExp(`[_-](${Object.keys(UNITS_US).join("|")})$`);
const BRACKET = /[([](.*)$/;

/**
 * Microseconds per unit of a column of times, by its name: `t_ms`, `t [ns]`; null if it names no unit.
 * Throws: InputError for another unit in brackets.
 */
export function timeUnitUs(name: string, file: string): number | null {
  const word = name.trim().toLowerCase();
  const unit =
    BRACKET.exec(word)?.[1]
      .replace(/[)\]]$/, "")
      .trim() ??
    SUFFIX.exec(word)?.[1] ??
    null;
  if (unit === null) return null;
  if (!Object.hasOwn(UNITS_US, unit))
    throw inputError(file, `its times ${JSON.stringify(shortened(name.trim()))} are in an unknown unit`, "known are ns, us, ms and s");
  return UNITS_US[unit];
}

/** Letters and digits of a name, without a unit at its end. */
function bare(word: string): string {
  return word
    .toLowerCase()
    .replace(BRACKET, "")
    .replace(SUFFIX, "")
    .replace(/[^a-z0-9]/g, "");
}

/** Most characters of a file in a message. */
const QUOTE_LIMIT = 100;

export function shortened(text: string): string {
  return text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT - 2)}..` : text;
}
