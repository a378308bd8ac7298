/** Errors of the product, each with the exit code its door prints: input 2, infeasible 3, broken invariant 1. */

/** One thing wrong with an input: where, what was got and expected, and what to type next. */
export interface Problem {
  /** File name as the user typed it, or a short name of the input (`--set`, `model`). */
  readonly file: string;
  /** 1-based line and column in `file`; null where the input has no lines (binary files, flags). */
  readonly line: number | null;
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

/** Bad input; carries every problem found at once. Exit code 2. */
export class InputError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "InputError";
    this.problems = problems;
  }
}

/** An `InputError` of one problem without a line number. */
export function inputError(file: string, message: string, fix = "", path = ""): InputError {
  return new InputError([{ file, line: null, column: null, path, message, fix }]);
}

/** A point that cannot exist: something does not fit or cannot run so fast. Exit code 3; in a sweep, a stored state. */
export class InfeasibleError extends Error {
  constructor(
    /** Upper-case code, e.g. `MAP_SYNAPSE_MEMORY_FULL`. */
    readonly code: string,
    /** The resource that is short, e.g. `core[0] synapse memory`. */
    readonly resource: string,
    /** With unit, e.g. `81.0 KiB`. */
    readonly need: string,
    readonly have: string,
    /** The nearest change that would fit, e.g. `set tile.core.synapse_memory.size_kib: 82`. */
    readonly fix: string,
  ) {
    super(`${code}: ${resource} needs ${need}, has ${have}; ${fix}`);
    this.name = "InfeasibleError";
  }
}

/** A broken invariant of the simulator itself: a defect of ours. Exit code 1. */
export class InvariantError extends Error {
  constructor(part: string, atCycle: number | null, message: string) {
    super(`${part}${atCycle === null ? "" : ` at cycle ${atCycle}`}: ${message}`);
    this.name = "InvariantError";
  }
}
