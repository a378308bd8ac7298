/**
 * `snn-dse attach` in a real terminal (tmux) on a database of 100,000 points, while another process stores 50 results a
 * second: time until all is read, processor share, and how far the screen is behind. Targets: 200 ms, 10 % of a core.
 * Needs a built program and /proc.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { packageRoot } from "../../base/package-root.js";
import { hasTmux, Terminal } from "../cli/tmux.js";
import { FakeEngine, fakeStudy, specOf } from "../sweeps/fake-study.js";
import { cpuSecondsOf } from "./harness/process-time.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const STORED = 100_000;
const PER_SECOND = 50;
const SECONDS = 15;
const READ_SECONDS = 120;

/**
 * Copies done points of a small study under new ids, each a little slower; the parts that a view does not read are left
 * out.
 */
class Feeder {
  private readonly db: Database.Database;
  private readonly ids: readonly number[];
  private next: number;
  private turn = 0;
  private readonly point: Database.Statement;
  private readonly result: Database.Statement;

  constructor(file: string) {
    this.db = new Database(file);
    this.db.pragma("foreign_keys = OFF");
    const columns = (table: string, without: readonly string[]): string =>
      (this.db.pragma(`table_info(${table})`) as { name: string }[])
        .map(({ name }) => name)
        .filter((name) => !without.includes(name))
        .join(", ");
    const rest = columns("point", ["id", "key"]);
    const metrics = columns("result", ["point_id", "latency_us"]);
    this.point = this.db.prepare(`INSERT INTO point (id, key, ${rest}) SELECT ?, key || ?, ${rest} FROM point WHERE id = ?`);
    this.result = this.db.prepare(
      `INSERT INTO result (point_id, latency_us, ${metrics}) SELECT ?, latency_us * ?, ${metrics} FROM result WHERE point_id = ?`,
    );
    this.ids = (this.db.prepare("SELECT id FROM point WHERE state = 'done'").all() as { id: number }[]).map(({ id }) => id);
    this.next = (this.db.prepare("SELECT max(id) AS id FROM point").get() as { id: number }).id + 1;
  }

  add(count: number): void {
    this.db.transaction(() => {
      for (let i = 0; i < count; i++) {
        const id = this.next++;
        const from = this.ids[this.turn++ % this.ids.length];
        this.point.run(id, `-${id}`, from);
        this.result.run(id, 1 + id * 1e-6, from);
      }
    })();
  }

  /** As if this process ran the sweep. */
  claim(): void {
    this.db
      .prepare("INSERT INTO session (started_at, process, workers, provenance_json) VALUES (?, ?, 2, '{}')")
      .run(new Date().toISOString(), process.pid);
    this.db.prepare(`UPDATE study SET state = 'running', finish_reason = NULL, budget = ${2 * STORED}`).run();
  }

  done(): number {
    return (this.db.prepare("SELECT count(*) AS n FROM point WHERE state = 'done'").get() as { n: number }).n;
  }
}

async function measure(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-attach-"));
  const file = join(folder, "many.db");
  const terminal = new Terminal();
  try {
    await fakeStudy(specOf(), file, new FakeEngine()).run();
    const feeder = new Feeder(file);
    feeder.add(STORED);
    feeder.claim();
    const timer = setInterval(() => feeder.add(1), 1000 / PER_SECOND);
    const startMs = performance.now();
    terminal.start(`'${process.execPath}' '${join(packageRoot(), "dist/main.js")}' attach many.db`, folder, 200, 60);
    const shown = (): number => Number(/ok ([\d ]+\d)/.exec(terminal.screen())?.[1]?.replaceAll(" ", "") ?? 0);
    const sinceStart = (): number => (performance.now() - startMs) / 1000;
    while (shown() < STORED) {
      if (sinceStart() > READ_SECONDS) throw new Error(`not read within ${READ_SECONDS} s; the screen:\n${terminal.screen()}`);
      await sleep(100);
    }
    const readSeconds = sinceStart();
    await sleep(3000);
    const pid = terminal.programPid();
    const before = cpuSecondsOf(pid);
    const fromMs = performance.now();
    const behindMs: number[] = [];
    while (performance.now() - fromMs < SECONDS * 1000) {
      await sleep(1000);
      // The screen first: what is stored between the two looks counts against it.
      const seen = shown();
      behindMs.push(((feeder.done() - seen) * 1000) / PER_SECOND);
    }
    const share = (cpuSecondsOf(pid) - before) / ((performance.now() - fromMs) / 1000);
    clearInterval(timer);
    const what = `attach, 200 x 60, ${STORED} points, ${PER_SECOND} results/s`;
    return [
      row(`${what}: read within`, "s", "less", [readSeconds]),
      row(`${what}: processor`, "% of a core", "less", [100 * share], 10),
      row(`${what}: the screen is behind`, "ms", "less", behindMs, 200),
    ];
  } finally {
    terminal.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (hasTmux && process.platform === "linux") await benchmark(import.meta.url, measure);
else console.log(`skipped: ${hasTmux ? "no /proc here" : "tmux is not installed"}`);
process.exit();
