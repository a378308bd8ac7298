/**
 * Files by whose content a process has named itself: whether they still have it. It is judged by content; times and
 * places of the files only say when to read them again. So a build that writes equal bytes, and a copy with new times,
 * change nothing. Effects: reads these files, waits.
 */
import { readFileSync, statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { sha256 } from "../../base/hash.js";

/** A look at the 351 files of the program takes 2 to 7 ms on a busy machine. */
const LOOK_MS = 1_000;
/** A thread that has just started still reads files. */
const YOUNG_LOOK_MS = 250;
const YOUNG_MS = 5_000;
/** Looks take at most this share of the time, on a slow disk too. */
const MOST_SHARE = 0.01;
/** A file that does not change for this long is written. */
const SETTLED_MS = 2_000;

interface Known {
  readonly stamp: string | null;
  readonly sum: string;
}

export class KnownFiles {
  private readonly known = new Map<string, Known>();
  private found: string | null = null;
  private lookedMs = Number.NEGATIVE_INFINITY;
  private costMs = 0;
  private youngUntilMs = 0;
  private judging: Promise<void> | null = null;
  constructor(private readonly settledMs = SETTLED_MS) {}

  /** Content of a file, which identifies it from now on. */
  read(path: string): Buffer {
    const stamp = stampOf(path); // before its content: a change in between is seen
    const bytes = readFileSync(path);
    this.known.set(path, { stamp, sum: sha256(bytes) });
    return bytes;
  }

  /** A thread starts, and reads these files. */
  threadStarts(): void {
    this.youngUntilMs = performance.now() + YOUNG_MS;
  }

  /**
   * A file that now has other content than the one read; null: none. A missing file is none: no result is of another
   * one. What was found once stays.
   */
  async changed(): Promise<string | null> {
    const now = performance.now();
    const betweenMs = Math.max(now < this.youngUntilMs ? YOUNG_LOOK_MS : LOOK_MS, this.costMs / MOST_SHARE);
    if (this.found === null && this.judging === null && now - this.lookedMs >= betweenMs) {
      const touched = this.touched();
      this.lookedMs = now;
      this.costMs = performance.now() - now;
      if (touched.size > 0)
        this.judging = this.judge(touched).finally(() => {
          this.judging = null;
        });
    }
    await this.judging;
    return this.found;
  }

  /** A file that is not there now; null: all are. A thread that has not read it yet fails by that. */
  missing(): string | null {
    for (const path of this.known.keys()) if (stampOf(path) === null) return path;
    return null;
  }

  /** Files that were written or replaced, with their stamps. */
  private touched(): Map<string, string> {
    const touched = new Map<string, string>();
    for (const [path, { stamp }] of this.known) {
      const now = stampOf(path);
      if (now !== null && now !== stamp) touched.set(path, now);
    }
    return touched;
  }

  private async judge(first: ReadonlyMap<string, string>): Promise<void> {
    for (let touched = first; ; ) {
      await pause(this.settledMs);
      const again = this.touched();
      const isSettled = again.size === touched.size && [...again].every(([path, stamp]) => touched.get(path) === stamp);
      touched = again;
      if (isSettled) break;
    }
    for (const path of this.touched().keys()) {
      const { sum } = this.known.get(path) as Known;
      const now = this.readAgain(path);
      if (now === null) continue;
      if (now.sum === sum) this.known.set(path, now);
      else this.found ??= path;
    }
  }

  private readAgain(path: string): Known | null {
    const stamp = stampOf(path);
    try {
      return stamp === null ? null : { stamp, sum: sha256(readFileSync(path)) };
    } catch {
      return null; // it has vanished
    }
  }
}

/** Place, size and times of a file; null: there is none. */
function stampOf(path: string): string | null {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return null;
  }
}
