/** One changed byte in a closed database: what its readers say, and what the same sweep makes of it. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { InputError } from "../../base/errors.js";
import type { Rng } from "../../base/rng.js";
import { frontReport, Store, storedModels, testedPoints, unmadePoints } from "../../sweeps/index.js";
import { contentOf, FakeEngine, fakeStudy, specOf } from "../sweeps/fake-study.js";

const SPEC = specOf({}, { budget: 60 });

/** Writes a database of `SPEC` with events of all kinds that are read again: networks, and points on the test set. */
export async function writeSound(file: string): Promise<void> {
  await fakeStudy(SPEC, file, new FakeEngine()).run();
  const store = Store.open(file);
  const digest = (digit: number): string => digit.toString(16).repeat(64);
  const about = { name: "rec-v2 8", parent: null, epochs: 1, seconds: 1, reason: null, curve: [{ epoch: 1, loss: 0.5, error: 0.25 }] };
  for (let i = 0; i < 4; i++) store.log("model", { ...about, key: digest(i), model: `m${i}`, error: i / 8 });
  for (const { id, key, state } of [...store.points()])
    if (state !== "done") store.log("unmade", { key, model: digest(5) });
    else store.log("test", { id, key, data: digest(6), metrics: { accuracy_percent: 50 + id / 4 }, reason: null });
  store.close();
}

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
    const networks = [storedModels(store), testedPoints(store), unmadePoints(store)].map((known) => [...known]);
    return JSON.stringify([store.study(), report, points, store.query("SELECT * FROM breakdown ORDER BY point_id, position"), networks]);
  } finally {
    store.close();
  }
}

/** Content but for events that tell of the damage. */
function stored(file: string): string {
  const content = JSON.parse(contentOf(file)) as { readonly events: readonly { readonly type: string }[] };
  return JSON.stringify({ ...content, events: content.events.filter(({ type }) => type !== "fault") });
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
