/** One server, one description, the database of a local run, and processes of sweeps and workers. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { contentOf } from "../sweeps/fake-study.js";
import { clusterFolder, Program, Server, sweepParameters } from "./server.js";

export class SmallCluster {
  private readonly started: Program[] = [];

  private constructor(
    readonly folder: string,
    readonly server: Server,
  ) {}

  static async start(budget: number): Promise<SmallCluster> {
    const server = await Server.start(["--appendonly", "yes", "--appendfsync", "always"]);
    const cluster = new SmallCluster(clusterFolder(budget), server);
    const local = cluster.run(sweepParameters("local.db", "--workers", "1"));
    if ((await local.ended) !== 0) throw new Error(`the local run fails: ${local.errors}`);
    return cluster;
  }

  /** Content of the local run's database. */
  get local(): string {
    return contentOf(this.at("local.db"));
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  run(parameters: readonly string[], env: { readonly [name: string]: string } = {}): Program {
    const program = new Program(parameters, this.folder, env);
    this.started.push(program);
    return program;
  }

  worker(server: Server, ...more: string[]): Program {
    return this.run(["worker", "--redis", server.url, "--threads", "1", ...more]);
  }

  /** Kills all running processes except the server. */
  stop(): void {
    for (const program of this.started) if (program.running) program.child.kill("SIGKILL");
  }

  /** As after its start: no program runs, the server holds nothing, no database is there but the local run's. */
  async clear(): Promise<void> {
    this.stop();
    await Promise.all(this.started.splice(0).map((program) => program.ended));
    const client = new Redis(this.server.url);
    await client.flushall();
    client.disconnect();
    for (const name of readdirSync(this.folder))
      if (name.includes(".db") && !name.startsWith("local.db")) rmSync(this.at(name), { recursive: true });
  }

  async end(): Promise<void> {
    this.stop();
    await this.server.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Parameters of a sweep over a server. */
export function remote(server: Server, leaseSeconds = 5): string[] {
  return ["--engine", "bullmq", "--redis", server.url, "--lease-seconds", String(leaseSeconds)];
}
