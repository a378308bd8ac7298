/** `check` reports a placement that a run may change. */
import { expect, test } from "vitest";
import { registerCheck } from "../../cli/commands/check.js";
import { printedByCommand } from "./command.js";

const checked = (...sets: readonly string[]): Promise<string> =>
  printedByCommand(registerCheck, "check", "mesh-2x2", "--set", "network.model=mnist-rows-lif", ...sets.flatMap((set) => ["--set", set]));

test("check says that a run may place otherwise if the strategy uses spikes and there is more than one core", async () => {
  const guessed = /^fits: .*\nplaced as if each neuron spiked in one step of ten; a run places by its own spikes$/m;
  expect(await checked("mapping.strategy=balanced")).toMatch(guessed);
  expect(await checked("mapping.strategy=min-traffic")).toMatch(guessed);
  for (const strategy of ["sequential", "layer-per-core"])
    expect(await checked(`mapping.strategy=${strategy}`)).not.toMatch(/placed as if/);
  const one = ["noc.width=1", "noc.height=1", "tile.cores=1", "tile.core.max_neurons=1024", "tile.core.synapse_memory.size_kib=512"];
  expect(await checked("mapping.strategy=balanced", ...one)).not.toMatch(/placed as if/);
});

test("the share of room is that of the cores that are used, and counts of many cores are runs that sum to the neurons", async () => {
  const text = await checked("mapping.strategy=layer-per-core", "noc.width=8", "noc.height=4", "tile.core.max_neurons=512");
  const [, placed, used, cores, share, counts] =
    /^fits: (\d+) neurons on (\d+) of (\d+) cores, ([\d.]+) % of their room \((.*)\)$/m.exec(text) ?? [];
  const runs = counts.match(/(\d+ x )?\d+/g)?.map((run) => run.split(" x ").map(Number)) ?? [];
  const each = runs.flatMap((run) => (run.length === 1 ? run : new Array<number>(run[0]).fill(run[1])));
  expect(each).toHaveLength(Number(cores));
  expect(each.filter((count) => count > 0)).toHaveLength(Number(used));
  expect(each.reduce((sum, count) => sum + count, 0)).toBe(Number(placed));
  expect(Number(share)).toBeCloseTo((100 * Number(placed)) / (512 * Number(used)), 1);
  expect(runs.length).toBeLessThan(Number(cores));
});
