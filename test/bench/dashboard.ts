/**
 * The dashboard with 100,000 points in it and 50 results per second arriving, in a real terminal (tmux): processor
 * share, time from a result to the frame that shows it, longest pause of the event loop, frames and bytes written; and
 * what 20,000 frames add to the heap. Targets: 200 ms per refresh, 10 % of a core, 20 MB.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import { type OpenDashboard, openDashboard } from "../../cli/dashboard/run.js";
import { SCRIPTED_OPENING, scriptedPoints } from "../cli/dashboard/scripted-study.js";
import { hasTmux, Terminal } from "../cli/tmux.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const STORED = 100_000;
const PER_SECOND = 50;
const WARM_SECONDS = 3;
const SECONDS = 15;
const MEMORY_POINTS = 2_000;
const MEMORY_FRAMES = 20_000;
/** Before the heap is measured first: what the panels remember of their own is complete. */
const MEMORY_WARM_FRAMES = 1_000;

interface Measured {
  readonly cpuShare: number;
  readonly longestPauseMs: number;
  /** From a result to the frame that shows it. */
  readonly slowestRefreshMs: number;
  readonly framesPerSecond: number;
  readonly bytesPerFrame: number;
}

function opened(): OpenDashboard {
  const dashboard = openDashboard(
    () => {},
    (error) => {
      throw error;
    },
  );
  for (const event of SCRIPTED_OPENING) dashboard.model.tell(event);
  return dashboard;
}

/** Runs in the terminal; writes what it measured to `file`. */
async function inside(file: string): Promise<void> {
  const dashboard = opened();
  const { model } = dashboard;
  const points = scriptedPoints(STORED + 10_000);
  const next = (): void => {
    for (const event of points.next().value ?? []) model.tell(event);
  };
  for (let i = 0; i < STORED; i++) next();
  // The oldest result that no frame has shown yet.
  let waitingMs: number | null = null;
  let slowestRefreshMs = 0;
  model.subscribe(() => {
    if (waitingMs !== null) slowestRefreshMs = Math.max(slowestRefreshMs, performance.now() - waitingMs);
    waitingMs = null;
  });
  const timer = setInterval(() => {
    waitingMs ??= performance.now();
    next();
  }, 1000 / PER_SECOND);
  await sleep(WARM_SECONDS * 1000);
  slowestRefreshMs = 0;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpu = process.cpuUsage();
  const before = dashboard.written();
  await sleep(SECONDS * 1000);
  const used = process.cpuUsage(cpu);
  const after = dashboard.written();
  clearInterval(timer);
  dashboard.close();
  const frames = after.frames - before.frames;
  const measured: Measured = {
    cpuShare: (used.user + used.system) / 1e6 / SECONDS,
    longestPauseMs: delay.max / 1e6,
    slowestRefreshMs,
    framesPerSecond: frames / SECONDS,
    bytesPerFrame: (after.bytes - before.bytes) / frames,
  };
  writeFileSync(file, JSON.stringify(measured));
}

/**
 * The same for what the heap holds more after many frames, each of them different, of a study that stands still; in
 * 10^6 bytes.
 */
async function insideMemory(file: string): Promise<void> {
  const { model, close } = opened();
  for (const events of scriptedPoints(MEMORY_POINTS)) for (const event of events) model.tell(event);
  const heapAfter = async (frames: number): Promise<number> => {
    for (let i = 0; i < frames; i++) {
      model.tell({ type: "memory", residentBytes: 1e9 + 1e6 * (i % 977) });
      model.change((ui) => ({ ...ui, message: `frame ${i} of ${frames}`, selectedId: 1 + (i % 500) }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = await heapAfter(MEMORY_WARM_FRAMES);
  const growth = (await heapAfter(MEMORY_FRAMES)) - before;
  close();
  writeFileSync(file, JSON.stringify(growth / 1e6));
}

async function measure(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-dashboard-"));
  const file = join(folder, "measured.json");
  const terminal = new Terminal();
  const measuredRows: Row[] = [];
  try {
    // Bundled first: a loader that compiles in the same process would be measured too.
    const bundle = join(fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url)), "dashboard-bench.mjs");
    await build({
      input: fileURLToPath(import.meta.url),
      platform: "node",
      external: /^[a-z@]/,
      resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
      output: { file: bundle, format: "esm", codeSplitting: false },
    });
    const run = async (what: "" | "memory", columns: number, rows: number): Promise<void> => {
      terminal.start(`NODE_ENV=production '${process.execPath}' --expose-gc '${bundle}' '${file}' ${what}`, folder, columns, rows);
      await terminal.until(/ended \d+/, 900);
    };
    for (const [columns, rows] of [
      [80, 24],
      [100, 30],
      [200, 60],
    ] as const) {
      await run("", columns, rows);
      const measured = JSON.parse(readFileSync(file, "utf8")) as Measured;
      const { cpuShare, longestPauseMs, slowestRefreshMs, framesPerSecond, bytesPerFrame } = measured;
      const what = `${columns} x ${rows}, ${STORED} points, ${PER_SECOND} results/s`;
      measuredRows.push(
        row(`${what}: processor`, "% of a core", "less", [100 * cpuShare], 10),
        row(`${what}: a result is shown within`, "ms", "less", [slowestRefreshMs], 200),
        row(`${what}: longest pause`, "ms", "less", [longestPauseMs], 200),
        row(`${what}: frames`, "frames/s", "more", [framesPerSecond]),
        row(`${what}: written`, "bytes/frame", "less", [bytesPerFrame]),
      );
      terminal.close();
    }
    await run("memory", 200, 60);
    const growthMb = JSON.parse(readFileSync(file, "utf8")) as number;
    measuredRows.push(row(`200 x 60: heap grown over ${MEMORY_FRAMES} frames`, "MB", "less", [growthMb], 20));
  } finally {
    terminal.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return measuredRows;
}

const [target, what] = process.argv.slice(2);
if (target !== undefined) await (what === "memory" ? insideMemory : inside)(target);
else if (hasTmux) await benchmark(import.meta.url, measure);
else console.log("skipped: tmux is not installed");
process.exit();
