/**
 * Errors of the product, each with the exit code its door prints: input 2, infeasible 3, broken invariant 1. A message
 * is one line without control characters, of at most 2,000 characters; a quoted piece of input has at most 200.
 */
import { withoutControls } from "./escape/controls.js";

const QUOTE_LIMIT = 200;
const MESSAGE_LIMIT = 2_000;
/** The longest path of a file on Linux. */
const PATH_LIMIT = 4_096;

/** The text is cut first: a cut through a surrogate pair leaves half a character, which the filter then replaces. */
const oneLine = (text: string, most: number): string =>
  withoutControls((text.length > most ? `${text.slice(0, most - 2)}..` : text).replace(/\s*[\r\n]+\s*/g, " "));

/** The start of a piece of input, as a message quotes it. */
export function quoted(text: string): string {
  return `'${oneLine(text, QUOTE_LIMIT)}'`;
}

/** Cuts every word of a message at the length of a quote, so that input that did not pass `quoted` is bounded too. */
function said(message: string): string {
  return oneLine(message, MESSAGE_LIMIT).replace(/\S{201,}/g, (word) => oneLine(word, QUOTE_LIMIT));
}

/** One mistake in an input: where it is, what the program got and expected, and what to type next. */
export interface Problem {
  /** File name as the user typed it, or a short name of the input (`--set`, `model`). */
  readonly file: string;
  /** 1-based line and column in `file`; null where the input has no lines (binary files, flags). */
  readonly line: number | null;
  /** 1-based; null where `line` is. */
  readonly column: number | null;
  /** Path inside the document, e.g. `tile[0..3].core[0].lanes`; empty for the whole input. */
  readonly path: string;
  /** What is wrong, with got and expected in it. */
  readonly message: string;
  /** What to type or change; empty when nothing better than `message` can be said. */
  readonly fix: string;
}

/** `file:line:column: path: message (fix)` on one line. */
export function formatProblem(p: Problem): string {
  const place = p.line === null ? p.file : `${p.file}:${p.line}:${p.column ?? 1}`;
  const path = p.path === "" ? "" : `${p.path}: `;
  return `${place}: ${path}${p.message}${p.fix === "" ? "" : `\n    ${p.fix}`}`;
}

/** Bad input, with all problems that were found. Exit code 2. */
export class InputError extends Error {
  /** In the order of the input. */
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    const clean = problems.map((problem) => ({
      ...problem,
      file: oneLine(problem.file, PATH_LIMIT),
      path: oneLine(problem.path, QUOTE_LIMIT),
      message: said(problem.message),
      fix: said(problem.fix),
    }));
    super(clean.map(formatProblem).join("\n"));
    this.name = "InputError";
    this.problems = clean;
  }
}

/** Runs with its problems changed, e.g. named at the option that gave a value. @throws InputError */
export function withProblems<Found>(run: () => Found, change: (problem: Problem) => Problem): Found {
  try {
    return run();
  } catch (error) {
    if (error instanceof PluginFault) throw new PluginFault(error.problems.map(change));
    throw error instanceof InputError && !(error instanceof HostFault) ? new InputError(error.problems.map(change)) : error;
  }
}

/** An `InputError` of one problem without a line number. */
export function inputError(file: string, message: string, fix = "", path = ""): InputError {
  return new InputError([{ file, line: null, column: null, path, message, fix }]);
}

/**
 * A fault of this host, never of a point: another attempt or another host may succeed, and the inputs may be right. A
 * sweep stores nothing of it. Exit code 2.
 */
export class HostFault extends InputError {}

/**
 * A mistake in a plug-in: its code threw, or returned what it may not. Unlike a value that a plug-in refuses on
 * purpose, it says nothing of a point: a sweep ends with it. Exit code 2.
 */
export class PluginFault extends InputError {}

/** A `HostFault` of one problem without a line number. */
export function hostFault(file: string, message: string, fix = ""): HostFault {
  return new HostFault(inputError(file, message, fix).problems);
}

/**
 * A point that cannot exist: something does not fit, or the clock is too fast. Exit code 3; a sweep stores the reason.
 */
export class InfeasibleError extends Error {
  /** The resource that is short, e.g. `core[0] synapse memory`. */
  readonly resource: string;
  /** Amount that is needed, with its unit, e.g. `81.0 KiB`. */
  readonly need: string;
  /** Amount that the chip has, with its unit. */
  readonly have: string;
  /** The nearest change that would fit, e.g. `set tile.core.synapse_memory.size_kib: 82`. */
  readonly fix: string;
  constructor(
    /** Upper-case code, e.g. `MAP_SYNAPSE_MEMORY_FULL`. */
    readonly code: string,
    ...texts: readonly [resource: string, need: string, have: string, fix: string]
  ) {
    const [resource, need, have, fix] = texts.map(said) as [string, string, string, string];
    super(`${code}: ${resource} needs ${need}, has ${have}; ${fix}`);
    this.name = "InfeasibleError";
    this.resource = resource;
    this.need = need;
    this.have = have;
    this.fix = fix;
  }
}

/** What `run` finds; null: it is infeasible. */
export function unlessInfeasible<Found>(run: () => Found): Found | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

/** The user stopped a long command; all finished work is stored. Exit code 130. */
export class InterruptedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InterruptedError";
  }
}

/** A broken invariant of the simulator, which is a defect of this program. Exit code 1. */
export class InvariantError extends Error {
  constructor(part: string, atCycle: number | null, message: string) {
    super(`${part}${atCycle === null ? "" : ` at cycle ${atCycle}`}: ${message}`);
    this.name = "InvariantError";
  }
}
