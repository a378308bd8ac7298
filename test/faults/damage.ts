/** One changed byte in a closed database: what its readers say, and what the same sweep makes of it. */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { InputError } from "../../base/errors.js";
import type { Rng } from "../../base/rng.js";
import { frontReport, mergeInto, Store, storedModels, testedPoints, unmadePoints } from "../../sweeps/index.js";
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

const FEW = specOf({}, { budget: 5 });

/** Writes a database of two editions: the first is that of `SPEC`, the study's own has few points. */
export async function writeEditions(file: string): Promise<void> {
  await fakeStudy(SPEC, file, new FakeEngine()).run();
  await fakeStudy(FEW, file, new FakeEngine(), { rerun: true }, () => {}, { fake: false }).run();
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

/** Everything that commands say of a study. */
function said(file: string): string {
  const store = Store.read(file);
  try {
    const report = frontReport(store);
    store.demandSound();
    const points = [...store.points()].map(({ durationMs: _time, ...point }) => [point, store.result(point.id), store.counters(point.id)]);
    const networks = [storedModels(store), testedPoints(store), unmadePoints(store)].map((known) => [...known]);
    const parts = store.query(
      "SELECT b.* FROM breakdown b JOIN point p ON p.id = b.point_id WHERE p.edition = (SELECT edition FROM study) ORDER BY point_id, position",
    );
    return JSON.stringify([store.study(), report, points, parts, networks]);
  } finally {
    store.close();
  }
}

/** Runs the same sweep; returns the content but for events that tell of the damage. */
export async function continued(file: string): Promise<string> {
  await fakeStudy(SPEC, file, new FakeEngine()).run();
  const content = JSON.parse(contentOf(file)) as { readonly events: readonly { readonly type: string }[] };
  return JSON.stringify({ ...content, events: content.events.filter(({ type }) => type !== "fault") });
}

/**
 * Returns to the inputs of the first edition: a sweep takes over few of its points, a merge of an equal study the
 * others. Returns what readers say of them, by key, because a point that is computed or copied again has another
 * number.
 */
export async function returned(file: string): Promise<string> {
  await fakeStudy(FEW, file, new FakeEngine(), { rerun: true }).run();
  const whole = `${file}.whole`;
  if (!existsSync(whole)) await fakeStudy(SPEC, whole, new FakeEngine()).run();
  const [store, source] = [Store.open(file), Store.read(whole)];
  try {
    mergeInto(store, source);
    store.demandSound();
    const { rows, counts } = frontReport(store);
    const front = rows.map(({ key, metrics }) => JSON.stringify([key, metrics]));
    const points = Array.from(store.points(), ({ id, durationMs: _time, ...point }) => {
      const parts = store.query("SELECT * FROM breakdown WHERE point_id = ? ORDER BY position", [id]);
      return JSON.stringify([point, store.result(id), parts.map((part) => ({ ...part, point_id: 0 }))]);
    });
    return JSON.stringify([front.sort(), counts, points.sort()]);
  } finally {
    store.close();
    source.close();
  }
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
  /** Pages of each table and index: where they begin, and how many of their last bytes are in use. */
  private readonly pages: readonly (readonly [string, readonly { readonly at: number; readonly used: number }[]])[];

  private constructor(
    sound: string,
    private readonly victim: string,
    private readonly resume: (file: string) => Promise<string>,
    private readonly resumed: string,
  ) {
    this.bytes = readFileSync(sound);
    this.said = said(sound);
    const db = new Database(sound, { readonly: true });
    const rows = db.prepare("SELECT name, pageno, unused FROM dbstat").all() as { name: string; pageno: number; unused: number }[];
    db.close();
    this.pages = [...new Set(rows.map(({ name }) => name))].map((name) => [
      name,
      rows
        .filter((row) => row.name === name)
        .map(({ pageno, unused }) => ({ at: (pageno - 1) * PAGE_BYTES, used: Math.max(1, PAGE_BYTES - unused - HEAD_BYTES) })),
    ]);
  }

  /** `sound`: a closed database; `resume` runs a sweep on it and returns what it holds then. */
  static async of(sound: string, victim: string, resume: (file: string) => Promise<string>): Promise<Damages> {
    copyFileSync(sound, victim);
    return new Damages(sound, victim, resume, await resume(victim));
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
    const resuming = await outcomeOf(this.resumed, () => this.resume(this.victim));
    return { what, reading, resuming: reading === "refused" && resuming === "harmless" ? "healed" : resuming };
  }
}
