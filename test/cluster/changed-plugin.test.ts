/** A worker whose plug-in was edited after it started fails no point: it gives them back and says why. */
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadPlugins } from "../../app/index.js";
import { encodeModel, readModel } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { smallSweep } from "../cli/small-sweep.js";
import { contentOf } from "../sweeps/fake-study.js";
import { hindrance, Program, Server, until } from "./server.js";

describe.skipIf(hindrance !== null)("a worker whose plug-in was edited after it started", () => {
  test("gives its points back and serves the study no more; the sweep ends as in threads of this host", {
    tags: ["long"],
    timeout: 300_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "snn-dse-changed-"));
    const [own, edited, right] = [folder, join(folder, "edited"), join(folder, "right")];
    for (const place of [own, edited, right]) {
      mkdirSync(place, { recursive: true });
      copyFileSync(join(packageRoot(), "test/app/plugins/examples/cells.mjs"), join(place, "cells.mjs"));
    }
    await loadPlugins([join(own, "cells.mjs")]);
    const { network } = readModel(join(packageRoot(), "training/models/mnist-rows-lif.safetensors"));
    writeFileSync(join(own, "own.safetensors"), encodeModel({ ...network, system: "long-refractory" }, null));
    const text = smallSweep(4).replace("mnist-rows-rec-v2", "own").replace("version: 1", "version: 1\nplugins: [./cells.mjs]");
    writeFileSync(join(own, "cells.yaml"), text);
    const server = await Server.start();
    const started: Program[] = [];
    const run = (...parameters: string[]): Program => {
      const program = new Program(parameters, own);
      started.push(program);
      return program;
    };
    const worker = (place: string): Program => run("worker", "--redis", server.url, "--threads", "2", "--plugin", join(place, "cells.mjs"));
    const sweep = (database: string, ...more: string[]): Program => run("sweep", "cells.yaml", "--db", database, "--json", ...more);
    try {
      const local = sweep("local.db", "--workers", "1");
      expect(await local.ended, local.errors).toBe(0);
      const stale = worker(edited);
      await until("the worker's first words", () => `${stale.out}${stale.errors}` !== "");
      appendFileSync(join(edited, "cells.mjs"), "\n// edited\n");
      const remote = sweep("remote.db", "--engine", "bullmq", "--redis", server.url);
      await until("its refusal", () => /not served any more, .*this plug-in has changed/.test(`${stale.out}${stale.errors}`));
      worker(right);
      expect(await remote.ended, remote.errors).toBe(0);
      expect(remote.events("point-failed").filter(({ state }) => state !== "infeasible")).toEqual([]);
      expect(remote.events("retry")).toEqual([]);
      expect(contentOf(join(own, "remote.db"))).toBe(contentOf(join(own, "local.db")));
      expect(stale.running).toBe(true);
    } finally {
      await Promise.all(started.map((program) => (program.running ? program.kill("SIGKILL") : null)));
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
