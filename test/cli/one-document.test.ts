/**
 * A command with --json that fails writes one JSON document on standard output, and its exit code is that of the
 * failure.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runHere } from "./in-process.js";
import { isBuilt, smallSweep, sweepFolder } from "./small-sweep.js";

const folder = sweepFolder(1);
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!isBuilt)("one JSON document, also of a failure", { timeout: 120_000 }, () => {
  test("a figure that cannot be written is an error before the point is printed", async () => {
    writeFileSync(join(folder, "small.yaml"), smallSweep(1).replace("[128, 96, 8]", "[128, 96]"));
    expect((await runHere(folder, "sweep", "small.yaml", "--no-tui", "--workers", "1")).code).toBe(0);
    const failed = await runHere(folder, "show", "small.db", "1", "--json", "--figure", "nodir/x.svg");
    expect(failed.code).toBe(2);
    expect(JSON.parse(failed.out)).toMatchObject({ error: "input", problems: [{ message: expect.stringContaining("no folder nodir") }] });
    const drawn = await runHere(folder, "show", "small.db", "1", "--json", "--figure", "x.svg");
    expect([drawn.code, drawn.err]).toEqual([0, "wrote x.svg\n"]);
    expect(JSON.parse(drawn.out)).toMatchObject({ id: 1 });
  });

  test("a chip that the network does not fit", async () => {
    const { code, out, err } = await runHere(folder, "check", "edge", "--set", "tile.core.synapse_memory.size_kib=1", "--json");
    expect(code).toBe(3);
    expect(err).toContain("infeasible: MAP_SYNAPSE_MEMORY_FULL: ");
    expect(JSON.parse(out)).toMatchObject({
      infeasible: { code: "MAP_SYNAPSE_MEMORY_FULL", need: expect.stringContaining("KiB"), have: "2.0 KiB" },
    });
  });

  test("a network that no chip runs", async () => {
    const { code, out, err } = await runHere(
      folder,
      "estimate",
      "quad",
      "--chip",
      "mesh-2x2",
      "--set",
      "tile.core.max_neurons=1",
      "--steps",
      "2",
      "--json",
    );
    expect(code).toBe(3);
    expect(err).toContain("infeasible: MAP_");
    expect(JSON.parse(out)).toMatchObject({ chips: [{ chip: "mesh-2x2", fits: false }] });
  });
});
