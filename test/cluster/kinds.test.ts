/**
 * What is searched besides ordinary points: coupled chips, a screening search with its trials, cells of a plug-in, over
 * a server as in threads of this host.
 */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadPlugins } from "../../app/index.js";
import { encodeModel, readModel } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { smallSweep } from "../cli/small-sweep.js";
import { contentOf } from "../sweeps/fake-study.js";
import { hindrance, Program, Server } from "./server.js";

describe.skipIf(hindrance !== null)("sweeps of other kinds", () => {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-kinds-"));
  const examples = join(packageRoot(), "arch/examples");
  /** The plug-in as the worker has it. */
  const ownPlugin = join(mkdtempSync(join(tmpdir(), "snn-dse-worker-")), "cells.mjs");
  let server: Server;
  let worker: Program;
  const sweep = async (file: string, database: string, ...more: string[]): Promise<string> => {
    const program = new Program(["sweep", file, "--db", database, "--json", ...more], folder);
    expect(await program.ended, program.errors).toBe(0);
    return contentOf(join(folder, database));
  };

  beforeAll(async () => {
    for (const name of ["tinyodin-fifo.yaml", "odin-clock.yaml"]) copyFileSync(join(examples, name), join(folder, name));
    cpSync(join(examples, "tinyodin-rec64"), join(folder, "tinyodin-rec64"), { recursive: true });
    const screening = smallSweep(10).replace(/name: \w+, budget: 10/, "name: screen, budget: 10, pool: 40");
    writeFileSync(join(folder, "screen.yaml"), screening.replace("timing_samples: 1", "timing_samples: 4"));
    const queues = readFileSync(join(examples, "input-queues.yaml"), "utf8").replace("samples: 100", "samples: 20");
    const ticks = "tick: { period_us: { sweep: [40, 15] }, overrun: late, timers: local, spread_us: 10 }\n";
    writeFileSync(join(folder, "input-queues.yaml"), queues);
    writeFileSync(
      join(folder, "free-running.yaml"),
      queues.replace("[1, 2, 4, 8, 12, 16, 32, 64]", "[2, 16]").replace("\ntile:", `\n${ticks}tile:`),
    );
    for (const name of [join(folder, "cells.mjs"), ownPlugin])
      copyFileSync(join(packageRoot(), "test/app/plugins/examples/cells.mjs"), name);
    await loadPlugins([ownPlugin]);
    const { network } = readModel(join(packageRoot(), "training/models/mnist-rows-lif.safetensors"));
    writeFileSync(join(folder, "refractory.safetensors"), encodeModel({ ...network, system: "long-refractory" }, null));
    const cells = smallSweep(4).replace("mnist-rows-rec-v2", "refractory").replace("version: 1", "version: 1\nplugins: [./cells.mjs]");
    writeFileSync(join(folder, "cells.yaml"), cells);
    server = await Server.start();
    // In a folder of its own: what a job names by content is never sought in a file.
    worker = new Program(["worker", "--redis", server.url, "--threads", "2", "--plugin", ownPlugin], tmpdir());
  });
  afterAll(async () => {
    await worker?.kill("SIGKILL");
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
    rmSync(dirname(ownPlugin), { recursive: true, force: true });
  });

  for (const [file, what, budget, ...tags] of [
    ["tinyodin-fifo.yaml", "a coupled chip on a case's files", 24, "long"],
    ["odin-clock.yaml", "a coupled chip on drawn inputs, by a search that learns", 12, "long"],
    ["input-queues.yaml", "chips whose queues drop messages", 24, "long"],
    ["free-running.yaml", "chips whose cores have timers of their own", 12, "long"],
    ["screen.yaml", "a screening search, with its trials", 10, "long"],
    ["cells.yaml", "networks whose cell a plug-in steps", 4, "long"],
  ] as const)
    test(`${file}, ${what}: every result, trial and front equal the local run's`, { tags: [...tags], timeout: 300_000 }, async () => {
      const more = ["--budget", String(budget)];
      const local = await sweep(file, "local.db", ...more);
      const remote = await sweep(file, "remote.db", ...more, "--engine", "bullmq", "--redis", server.url);
      expect(remote).toBe(local);
      for (const name of ["local.db", "remote.db"]) rmSync(join(folder, name));
    });
});
