/**
 * How far a run in this thread is: one line on a terminal's stderr, rewritten in place and taken away at the end. A pipe
 * gets nothing. Effects: prints.
 */
import type { Progress } from "../../app/progress.js";
import { grouped } from "../format/number.js";
import { lookOf } from "../format/style.js";
import { overwrite } from "../output/print.js";

const LINE_MS = 200;

/** Runs `run`, whose progress is shown. */
export async function withStageLine<T>(run: (onProgress: (progress: Progress) => void) => Promise<T>): Promise<T> {
  if (process.stderr.isTTY !== true) return run(() => {});
  const { columns = Number.POSITIVE_INFINITY } = lookOf(process.stderr, process.env);
  let shownMs = Number.NEGATIVE_INFINITY;
  let shownWork = "";
  try {
    return await run((progress) => {
      const now = performance.now();
      // work that only says that it begins is shown at once, because nothing follows until it ends
      if (now - shownMs < LINE_MS && progress.work === shownWork) return;
      [shownMs, shownWork] = [now, progress.work];
      overwrite(stageText(progress).slice(0, Math.max(1, columns - 1)), process.stderr);
    });
  } finally {
    if (shownWork !== "") overwrite("", process.stderr);
  }
}

/** `functional run: 120 of 1 000 utterances`, `explanation: 1 changed chip`. */
const stageText = ({ work, done, total, unit }: Progress): string =>
  `${work}: ${grouped(done)}${total === null ? "" : ` of ${grouped(total)}`} ${(total ?? done) === 1 ? unit.replace(/s$/, "") : unit}`;
