/**
 * D1 over a server: a queued sweep refuses each changed input as a local one does, and asks points anew with --rerun.
 */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endFolder, replaceSilently, STUDIES, studyFolder } from "../cli/changed-inputs.js";
import { contentOf } from "../sweeps/fake-study.js";
import { hindrance, Program, Server } from "./server.js";

describe.skipIf(hindrance !== null)("queued sweeps", () => {
  let server: Server;
  let worker: Program;
  beforeAll(async () => {
    server = await Server.start();
    worker = new Program(["worker", "--redis", server.url, "--threads", "1"], tmpdir());
  });
  afterAll(async () => {
    await worker?.kill("SIGKILL");
    await server?.end();
  });

  for (const study of STUDIES)
    test(`D1: ${study.title}: every changed file ends in exit 2 and is named; --rerun computes with the new one`, {
      tags: ["long"], // of a local sweep test/cli/changed-inputs.test.ts asks all
      timeout: 300_000,
    }, async () => {
      const folder = studyFolder(study);
      const sweep = async (...more: string[]): Promise<{ code: number | null; err: string; computed: number }> => {
        const options = ["--db", "x.db", "--json", "--budget", String(study.budget), "--engine", "bullmq", "--redis", server.url];
        const program = new Program(["sweep", study.description, ...options, ...more], folder);
        const code = await program.ended;
        const computed = program.events("point-done").filter((event) => event.stored === false).length;
        return { code, err: program.errors, computed };
      };
      const first = await sweep();
      expect(first, first.err).toMatchObject({ code: 0, computed: study.budget });
      const before = contentOf(join(folder, "x.db"));
      for (const { name, file, change } of study.inputs) {
        const putBack = replaceSilently(join(folder, file), change);
        const refused = await sweep();
        putBack();
        expect(refused.err).toContain(`error: ${name} that x.db was made with`);
        expect(refused.code).toBe(2);
        expect(contentOf(join(folder, "x.db"))).toBe(before);
      }
      const [{ file, change }] = study.inputs;
      replaceSilently(join(folder, file), change);
      const rerun = await sweep("--rerun");
      expect(rerun, rerun.err).toMatchObject({ code: 0 });
      expect(rerun.computed).toBeGreaterThan(0);
      endFolder(folder);
    });
});
