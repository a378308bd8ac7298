/** Reports that an open database or its journal was deleted, moved or replaced. Effects: looks at files. */
import { readdirSync, readlinkSync, statSync } from "node:fs";
import { type InputError, inputError } from "../../base/errors.js";
import { inodeOf } from "./open-files.js";

/** Present path of the inode; null if it has none any more, undefined if this system does not tell. */
function pathOf(inode: string): string | null | undefined {
  try {
    for (const number of readdirSync("/proc/self/fd")) {
      const link = `/proc/self/fd/${number}`;
      const stats = statSync(link, { throwIfNoEntry: false });
      if (stats !== undefined && inodeOf(stats) === inode) return stats.nlink === 0 ? null : readlinkSync(link);
    }
  } catch {
    // there is no such folder: the system is not Linux
  }
  return undefined;
}

export class Place {
  private readonly inode: string;
  private readonly journal: string;

  /** `file`: the real path of an open database with its journal beside it. */
  constructor(private readonly file: string) {
    this.inode = inodeOf(statSync(file));
    this.journal = this.journalNow();
  }

  private journalNow(): string {
    const stats = statSync(`${this.file}-wal`, { throwIfNoEntry: false });
    return stats === undefined ? "none" : inodeOf(stats);
  }

  get isKept(): boolean {
    const stats = statSync(this.file, { throwIfNoEntry: false });
    return stats !== undefined && inodeOf(stats) === this.inode && this.journalNow() === this.journal;
  }

  /** True if the journal is still the one that this database wrote, so that it may be removed. */
  get hasJournal(): boolean {
    return this.journalNow() === this.journal;
  }

  /**
   * What happened, and where the `stored` ended points are now. Before the call, the journal's content must have been
   * copied into the database.
   */
  loss(stored: number): InputError {
    const points = stored === 1 ? "1 ended point is" : `${stored} ended points are`;
    const stats = statSync(this.file, { throwIfNoEntry: false });
    if (stats !== undefined && inodeOf(stats) === this.inode)
      return inputError(
        this.file,
        `its journal ${this.file}-wal was deleted or moved during the run; ${points} stored in the database itself`,
        "run again with --resume, and leave the journal where it is until the sweep ends",
      );
    const there = pathOf(this.inode);
    const what = stats !== undefined ? "was replaced by another file" : there === null ? "was deleted" : "was deleted or moved";
    if (there === null) {
      return inputError(this.file, `${what} during the run; ${points} lost with it`, "run the sweep again");
    }
    const where = there === undefined ? "in the file that was moved, if it still exists" : `in ${there}`;
    const said = there !== undefined && stats === undefined ? "was moved" : what;
    return inputError(
      this.file,
      `${said} during the run; ${points} stored ${where}`,
      `continue with --db ${there ?? "and its new name"}, or move it back`,
    );
  }
}
