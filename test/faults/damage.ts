/** One changed byte in a closed database: what its readers say, and what the same sweep makes of it. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { InputError } from "../../base/errors.js";
import type { Rng } from "../../base/rng.js";
import { frontReport, Store } from "../../sweeps/index.js";
import { contentOf, FakeEngine, fakeStudy, specOf } from "../sweeps/fake-study.js";

export const SPEC = specOf({}, { budget: 60 });

/**
 * `harmless`: says what the sound one says. `refused`: exit code 2. `healed`: the sweep has made it whole. `silent`:
 * says something else.
 */
export type Outcome = "harmless" | "refused" | "healed" | "silent";
export interface Trial {
  readonly what: string;
  readonly reading: Outcome;
  readonly resuming: Outcome;
}

/** Everything that commands say of a database. */
function said(file: string): string {
  const store = Store.read(file);
  try {
    const report = frontReport(store);
    store.demandSound();
    const points = [...store.points()].map(({ durationMs: _time, ...point }) => [point, store.result(point.id), store.counters(point.id)]);
    return JSON.stringify([store.study(), report, points, store.query("SELECT * FROM breakdown ORDER BY point_id, position")]);
  } finally {
    store.close();
  }
}

/** Content but for the log of events, which tells of the damage. */
function stored(file: string): string {
  const { events: _log, ...content } = JSON.parse(contentOf(file));
  return JSON.stringify(content);
}

async function outcomeOf(whole: string, say: () => string | Promise<string>): Promise<Outcome> {
  try {
    return (await say()) === whole ? "harmless" : "silent";
  } catch (error) {
    if (error instanceof InputError) return "refused";
    throw error;
  }
}

const PAGE_BYTES = 4096;
/** Of a page, about: its header and the places of its rows, which lie at its end. */
const HEAD_BYTES = 60;
/** Share of damages that fall into rows; the rest falls anywhere. */
const IN_ROWS = 0.8;

export class Damages {
  private readonly bytes: Buffer;
  private readonly said: string;
  private readonly stored: string;
  /** Pages of each table and index: where they begin, and how many of their last bytes are in use. */
  private readonly pages: readonly (readonly [string, readonly { readonly at: number; readonly used: number }[]])[];

  /** `sound`: a closed database of `SPEC`. */
  constructor(
    sound: string,
    private readonly victim: string,
  ) {
    this.bytes = readFileSync(sound);
    this.said = said(sound);
    this.stored = stored(sound);
    const db = new Database(sound, { readonly: true });
    const rows = db.prepare("SELECT name, pageno, unused FROM dbstat").all() as { name: string; pageno: number; unused: number }[];
    db.close();
    this.pages = [...new Set(rows.map(({ name }) => name))].map((name) => [
      name,
      rows
        .filter((row) => row.name === name)
        .map(({ pageno, unused }) => ({ at: (pageno - 1) * PAGE_BYTES, used: Math.max(1, PAGE_BYTES - unused - HEAD_BYTES) })),
    ]);
    copyFileSync(sound, victim);
  }

  /** Changes one byte of a page of a table or index drawn by `rng`, then reads, then runs the sweep again. */
  async trial(rng: Rng): Promise<Trial> {
    const [name, pages] = this.pages[rng.int(0, this.pages.length - 1)];
    const page = pages[rng.int(0, pages.length - 1)];
    const at = page.at + (rng.float() < IN_ROWS ? PAGE_BYTES - rng.int(1, page.used) : rng.int(0, PAGE_BYTES - 1));
    const bytes = Buffer.from(this.bytes);
    bytes[at] = bytes[at] ^ rng.int(1, 255);
    for (const end of ["-wal", "-shm", "-journal"]) rmSync(this.victim + end, { force: true });
    writeFileSync(this.victim, bytes);
    const what = `${name}, byte ${at}: ${this.bytes[at]} to ${bytes[at]}`;
    const reading = await outcomeOf(this.said, () => said(this.victim));
    const resuming = await outcomeOf(this.stored, async () => {
      await fakeStudy(SPEC, this.victim, new FakeEngine()).run();
      return stored(this.victim);
    });
    return { what, reading, resuming: reading === "refused" && resuming === "harmless" ? "healed" : resuming };
  }
}
