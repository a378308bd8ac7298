/** A real Valkey or Redis server for a test, and real processes of the built program around it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BRIEF, isBuilt, program } from "../cli/small-sweep.js";

const binary = ["valkey-server", "redis-server"].find((name) => spawnSync(name, ["--version"]).status === 0) ?? null;

/** Why tests with a server cannot run here; null: they can. */
export const hindrance =
  binary === null
    ? "no valkey-server or redis-server on the PATH (Debian: apt-get install valkey-server)"
    : isBuilt
      ? null
      : "the program is not built";
if (hindrance !== null) console.log(`skipped: ${hindrance}`);

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

export class Server {
  private process: ChildProcess | null = null;
  readonly folder = mkdtempSync(join(tmpdir(), "snn-dse-server-"));

  private constructor(
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  static async start(settings: readonly string[] = []): Promise<Server> {
    const server = new Server(await freePort(), settings);
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    const own = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.folder, "--save", "", ...this.settings];
    const child = spawn(binary as string, own, { stdio: ["ignore", "pipe", "inherit"] });
    this.process = child;
    await new Promise<void>((resolve, reject) => {
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (/Ready to accept connections/.test(said)) resolve();
      });
      child.on("exit", () => reject(new Error(`the server does not start: ${said}`)));
    });
  }

  async down(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.process;
    this.process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill(signal);
    await ended;
  }

  async end(): Promise<void> {
    await this.down("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A process of the built program. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  errors = "";
  /** Of a sweep run with --json, as they come. */
  private readonly heard: { readonly [name: string]: unknown }[] = [];
  private readonly pieces: string[] = [];
  private line = "";

  /** `main`: of the program that runs. */
  constructor(parameters: readonly string[], folder: string, env: { readonly [name: string]: string } = {}, main = program) {
    this.child = spawn(process.execPath, [...BRIEF, main, ...parameters], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", ...env },
    });
    this.child.stdout?.on("data", (chunk: Buffer) => {
      const text = chunk.toString();
      this.pieces.push(text);
      const lines = (this.line + text).split("\n");
      this.line = lines.pop() ?? "";
      for (const line of lines)
        if (line.startsWith("{") && line.endsWith("}")) this.heard.push(JSON.parse(line) as { readonly [name: string]: unknown });
    });
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
    this.ended = new Promise((resolve) => this.child.on("exit", (code) => resolve(code)));
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Everything that it wrote to its standard output. */
  get out(): string {
    return this.pieces.join("");
  }

  /** Events of a sweep run with --json. */
  events(type: string): { readonly [name: string]: unknown }[] {
    return this.heard.filter((event) => event.type === type);
  }
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 120_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await wait(20);
  }
}

/** A folder with a description whose points last: a sweep is still under way when somebody looks. */
export function clusterFolder(budget: number): string {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-cluster-"));
  const text = `version: 1
extends: mesh-2x2
network: { model: mnist-rows-rec-v2.safetensors }
workload: { dataset: mnist-rows, split: test, samples: 20, timing_samples: 12, seed: 1 }
tile:
  core:
    lanes: { sweep: [8, 16, 32] }
    synapse_memory: { size_kib: { sweep: [128, 96, 8] }, word_bits: { sweep: [64, 128, 256] } }
chip:
  clock_mhz: { sweep: { range: [50, 200], step: 1 } }
precision: { weight_bits: { sweep: [4, 8] }, state_bits: 16, state_fraction_bits: 6 }
mapping: { strategy: balanced }
sweep:
  objectives: { energy_uj_per_inference: min, latency_us: min }
  sampler: { name: random, budget: ${budget}, seed: 3 }
`;
  writeFileSync(join(folder, "small.yaml"), text);
  return folder;
}

export const sweepParameters = (database: string, ...more: string[]): string[] => [
  "sweep",
  "small.yaml",
  "--db",
  database,
  "--json",
  ...more,
];
