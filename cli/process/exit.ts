/** How every command ends: exit codes, and errors as text or as JSON. */
import type { StudySummary } from "../../app/nouns.js";
import { formatProblem, InfeasibleError, InputError, InterruptedError } from "../../base/errors.js";
import { fileMeaning } from "../../base/file-errors.js";

/** Exit codes of the binary, the same for every command. */
export const EXIT = { ok: 0, internal: 1, input: 2, infeasible: 3, interrupted: 130, readerGone: 141 } as const;

/** What is printed for an error: exit code, lines for stderr, and the same as data for `--json`. */
interface Ending {
  readonly exitCode: number;
  readonly lines: readonly string[];
  readonly data: { readonly [key: string]: unknown };
}

/**
 * Of a sweep, by the points of its database. Without any, because its time was over before the first one ended, nothing
 * has failed: the same command continues.
 */
export function sweepExit({ reason, done, infeasible, failed }: Pick<StudySummary, "reason" | "done" | "infeasible" | "failed">): number {
  if (reason === "stopped") return EXIT.interrupted;
  if (reason === "failure") return EXIT.internal;
  if (done > 0) return EXIT.ok;
  if (infeasible > 0) return EXIT.infeasible;
  return failed > 0 ? EXIT.internal : EXIT.ok;
}

const SQLITE_ERRORS: { readonly [code: string]: string } = {
  SQLITE_NOTADB: "is not a result database",
  SQLITE_CORRUPT: "is damaged; recover it with `sqlite3 FILE .recover`",
  SQLITE_FULL: "the disk is full; stored data are intact; free space and run the same command again",
  SQLITE_IOERR: "the disk failed or is full; stored data are intact",
  SQLITE_CANTOPEN: "cannot be opened; does its folder exist?",
  SQLITE_READONLY: "is read-only",
  SQLITE_BUSY: "is being written by another process; stop it, or watch it with `snn-dse attach`",
};

function sqliteMeaning(code: string): string | null {
  const base = Object.keys(SQLITE_ERRORS).find((known) => code === known || code.startsWith(`${known}_`));
  return base === undefined ? null : SQLITE_ERRORS[base];
}

/** The ending of any thrown value. Input problems never show a stack; an internal error always does. */
export function endingOf(error: unknown): Ending {
  if (error instanceof InputError) {
    const lines = error.problems.flatMap((problem) => `error: ${formatProblem(problem)}`.split("\n"));
    return { exitCode: EXIT.input, lines, data: { error: "input", problems: error.problems } };
  }
  if (error instanceof InfeasibleError) {
    const { code, resource, need, have, fix } = error;
    return {
      exitCode: EXIT.infeasible,
      lines: [`infeasible: ${code}: ${resource} needs ${need}, has ${have}`, ...(fix === "" ? [] : [`    ${fix}`])],
      data: { error: "infeasible", code, resource, need, have, fix },
    };
  }
  if (error instanceof Error && "code" in error && error.code === "commander.invalidArgument") return inputEnding(error.message);
  if (error instanceof InterruptedError) {
    return { exitCode: EXIT.interrupted, lines: [`interrupted: ${error.message}`], data: { error: "interrupted", message: error.message } };
  }
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const path = "path" in error && typeof error.path === "string" ? error.path : "";
    const meaning = fileMeaning(error);
    if (meaning !== null) return inputEnding(path === "" ? meaning : `${path}: ${meaning}`);
    const sqlite = sqliteMeaning(error.code);
    if (sqlite !== null) return inputEnding(`database: ${sqlite} (${error.code})`);
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  return {
    exitCode: EXIT.internal,
    lines: [
      `internal error: ${thrown.message}`,
      "This is a defect of snn-dse; please report it with these lines:",
      ...(thrown.stack ?? "(no stack)").split("\n"),
    ],
    data: { error: "internal", message: thrown.message, stack: thrown.stack ?? null },
  };
}

function inputEnding(message: string): Ending {
  return { exitCode: EXIT.input, lines: [`error: ${message}`], data: { error: "input", problems: [{ message }] } };
}
