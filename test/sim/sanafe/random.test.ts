/** Random pairs, written in either file format, compared with a second simulator that never reads the files. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { runSanafe } from "../../../sim/sanafe/run.js";
import { importSanafe } from "../../../sim/sanafe/sanafe.js";
import { architectureText, netlist, networkYaml, spikeText } from "./pair-text.js";
import { plainRun } from "./plain-simulator.js";
import { randomPair } from "./random-pair.js";

const STEPS = 14;
const PAIRS = Number(process.env.SNN_DSE_PAIRS ?? 40);

/** Sums of both runs over all pairs, which show that there was something to compare. */
function compare(seed: number, isNetlist: boolean): { fired: number; lateFired: number; hops: number; events: number } {
  const rng = createRng(seed, isNetlist ? "netlist" : "yaml");
  const pair = randomPair(rng, isNetlist);
  const arch = architectureText(rng, pair.chip);
  const net = isNetlist ? netlist(rng, pair) : networkYaml(rng, pair);
  const where = `seed ${seed}\n${arch}\n${net}`;
  const { bound, warnings } = importSanafe({ file: "a.yaml", text: arch }, { file: isNetlist ? "n.net" : "n.yaml", text: net });
  expect(
    warnings.filter((line) => !/delay has no effect|reset_mode saturate|buffer_position axon_out/.test(line)),
    where,
  ).toEqual([]);
  const run = runSanafe(bound, STEPS, 1);
  const plain = plainRun(pair, STEPS);
  const rows = spikeText(bound, run).trim().split("\n").slice(1);
  expect(new Set(rows.map((row) => row.replace(/,(\d+)$/, "@$1"))), where).toEqual(plain.spikes);
  run.steps.forEach((step, i) => {
    const other = plain.steps[i];
    const counts = [step.fired, step.updated, step.packets, step.hops, step.synaptic_events];
    expect(counts, where).toEqual([other.fired, other.updated, other.packets, other.hops, other.events]);
    const { synapse, dendrite, soma, network, total } = step.energy_j;
    const sums = [synapse, dendrite, soma, network, total, step.time_s.simple];
    const [a, b, c, d] = [other.synapseJ, other.dendriteJ, other.somaJ, other.networkJ];
    [a, b, c, d, a + b + c + d, other.simpleS].forEach((expected, k) => {
      const difference = Math.abs(sums[k] - expected);
      if (difference > 1e-9 * Math.abs(expected)) expect.fail(`step ${i + 1}, sum ${k}: ${sums[k]}, expected ${expected}; ${where}`);
    });
  });
  const lateFired = plain.steps.reduce((sum, step) => sum + step.lateFired, 0);
  return { fired: rows.length, lateFired, hops: run.totals.hops, events: run.totals.synaptic_events };
}

for (const form of ["YAML", "netlist"] as const) {
  test(`random pairs as ${form}: spikes and counts equal those of a second simulator that never reads the files, energies and simple time to 1e-9`, {
    tags: form === "YAML" ? ["long"] : [],
  }, () => {
    const all = Array.from({ length: PAIRS }, (_, seed) => compare(seed, form === "netlist"));
    const total = (name: "fired" | "lateFired" | "hops" | "events"): number => all.reduce((sum, one) => sum + one[name], 0);
    for (const name of ["fired", "hops", "events"] as const) expect(total(name)).toBeGreaterThan(1000);
    expect(total("lateFired")).toBeGreaterThan(300);
  });
}
