/**
 * `npm run fuzz [-- --cases 10000] [--reader NAME ...] [--case N]`: every reader on so many damaged inputs, each reader
 * in a process of its own. A process that only watches kills it where one case takes longer than 20 s or the memory
 * passes 1 GiB, and goes on behind that case; a crash is found the same way. `--case` runs one case of one reader and
 * shows its input. Exit code 1 where anything was found.
 */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Reader } from "./reader.js";
import { READERS } from "./readers.js";
import { inputOf, MOST_BYTES, type Report, runCases, SEED, SLOWEST_MS } from "./run.js";

const PAGE_BYTES = 4096;
const LOOK_MS = 200;
/** Of one reader; then it is given up. */
const MOST_FINDINGS = 10;
/** Loading the program and the sound inputs, before the first case. */
const START_MS = 120_000;

interface Answer {
  readonly report: Report;
  readonly peakBytes: number;
}

/**
 * Runs in the watched process: the number of the case under way and what came before lie in the file `progress`, the
 * report goes to `answer`.
 */
async function watched(name: string, first: number, last: number, progress: string, answer: string): Promise<void> {
  // Of the HDF5 library's source, one line of megabytes, a map would take half of what a case may.
  process.setSourceMapsEnabled(false);
  const reader = await readerOf(name);
  const file = openSync(progress, "r+");
  const progressed = new Int32Array(3);
  const report = await runCases(reader.reader, first, last, (at, { read, refused }) => {
    progressed.set([at, read, refused]);
    writeSync(file, progressed, 0, progressed.byteLength, 0);
  });
  closeSync(file);
  reader.close();
  writeFileSync(answer, JSON.stringify({ report, peakBytes: process.resourceUsage().maxRSS * 1024 } satisfies Answer));
}

/** Loaded when needed: the HDF5 library takes memory that other readers' figures need not show. */
const openFileReaders = async () => (await import("./files.js")).fileReaders();

async function readerOf(name: string): Promise<{ readonly reader: Reader; readonly close: () => void }> {
  const simple = READERS.find((one) => one.name === name);
  if (simple !== undefined) return { reader: simple, close: () => {} };
  const { readers, close } = await openFileReaders();
  const reader = readers.find((one) => one.name === name);
  if (reader === undefined) throw new Error(`no reader ${name}; there are ${[...READERS, ...readers].map((one) => one.name).join(", ")}`);
  return { reader, close };
}

/** Bytes in memory of a process; 0 where the system does not tell. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

/** Null: it ended in order. */
async function watch(child: ReturnType<typeof spawn>, progress: () => number): Promise<string | null> {
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-6_000);
  });
  const ended = new Promise<string | null>((resolve) =>
    child.on("exit", (code, signal) => resolve(code === 0 ? null : `ended with ${code ?? signal}: ${errors}`)),
  );
  const end: { how: string | null | undefined } = { how: undefined };
  void ended.then((how) => {
    end.how = how;
  });
  let [at, sinceMs] = [-1, performance.now()];
  while (end.how === undefined) {
    await sleep(LOOK_MS);
    const now = progress();
    if (now !== at) [at, sinceMs] = [now, performance.now()];
    const bytes = residentBytes(child.pid ?? 0);
    const tooSlow = performance.now() - sinceMs > (at < 0 ? START_MS : SLOWEST_MS);
    if (!tooSlow && bytes <= MOST_BYTES) continue;
    child.kill("SIGKILL");
    await ended;
    return tooSlow ? `took longer than ${SLOWEST_MS / 1000} s` : `took ${(bytes / 2 ** 20).toFixed(0)} MiB`;
  }
  return end.how;
}

async function fuzz(name: string, cases: number, folder: string): Promise<number> {
  const [progressFile, answerFile] = [join(folder, "progress"), join(folder, "answer")];
  const total = { read: 0, refused: 0, slowestMs: 0, slowestCase: 0, peakBytes: 0 };
  let findings = 0;
  for (let first = 0; first < cases; ) {
    const start = Int32Array.of(-1, 0, 0);
    writeFileSync(progressFile, start);
    rmSync(answerFile, { force: true });
    const parameters = ["--max-old-space-size=900", "--import", "tsx", fileURLToPath(import.meta.url), "watched", name];
    const child = spawn(process.execPath, [...parameters, String(first), String(cases - 1), progressFile, answerFile], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const told = (): Int32Array => new Int32Array(new Uint8Array(readFileSync(progressFile)).buffer);
    const progress = (): number => told()[0];
    const trouble = await watch(child, progress);
    if (trouble === null) {
      const { report, peakBytes } = JSON.parse(readFileSync(answerFile, "utf8")) as Answer;
      total.read += report.read;
      total.refused += report.refused;
      total.peakBytes = Math.max(total.peakBytes, peakBytes);
      if (report.slowestMs > total.slowestMs) Object.assign(total, { slowestMs: report.slowestMs, slowestCase: report.slowestCase });
      break;
    }
    findings++;
    const [, read, refused] = told();
    total.read += read;
    total.refused += refused;
    console.log(`FOUND ${name}, case ${progress()}: ${trouble}`);
    if (findings === MOST_FINDINGS || progress() < first) break;
    first = progress() + 1;
  }
  const slowest = `slowest ${total.slowestMs.toFixed(0)} ms (case ${total.slowestCase})`;
  const counts = `${total.refused} refused, ${total.read} read`;
  console.log(`${name.padEnd(32)} ${counts.padEnd(28)} ${slowest.padEnd(34)} peak ${(total.peakBytes / 2 ** 20).toFixed(0)} MiB`);
  return findings;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", default: "10000" },
      reader: { type: "string", multiple: true },
      case: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const files = await openFileReaders();
  const names = [...READERS, ...files.readers].map(({ name }) => name);
  files.close();
  if (values.help) {
    console.log(`npm run fuzz -- [--cases 10000] [--reader NAME ...] [--case N]\n  NAME: ${names.join(", ")}`);
    return 0;
  }
  const wanted = values.reader ?? names;
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`no reader ${unknown.join(", ")}; there are: ${names.join(", ")}`);
    return 2;
  }
  if (values.case !== undefined) {
    const { reader, close } = await readerOf(wanted[0]);
    const number = Number(values.case);
    const input = await inputOf(reader, number);
    console.log(
      typeof input === "string"
        ? input
        : Buffer.from(input)
            .toString("latin1")
            .replace(/[^\x20-\x7e\n]/g, "."),
    );
    console.log(await runCases(reader, number, number, () => {}).finally(close));
    return 0;
  }
  console.log(`${values.cases} cases a reader, seed ${SEED}; at most ${SLOWEST_MS / 1000} s and ${MOST_BYTES / 2 ** 30} GiB`);
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-fuzz-"));
  let findings = 0;
  for (const name of wanted) findings += await fuzz(name, Number(values.cases), folder);
  rmSync(folder, { recursive: true });
  console.log(findings === 0 ? "nothing found" : `${findings} found`);
  return findings === 0 ? 0 : 1;
}

const [, , mode, ...rest] = process.argv;
if (mode === "watched") await watched(rest[0], Number(rest[1]), Number(rest[2]), rest[3], rest[4]);
else process.exitCode = await main();
