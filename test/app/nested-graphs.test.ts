/**
 * Graphs within graphs: a description knows the inputs that the flattened network has, whichever graphs are fed, and a
 * run names the outputs of the network alone.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { importNir } from "../../app/import-nir.js";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { type NirGraph, type NirNode, nirArray } from "../../arch/formats/nir/graph.js";
import { inputNodesOf, nirNetwork } from "../../arch/formats/nir/nir-network.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import { createRng } from "../../base/rng.js";
import { prepareNir } from "../../sim/nir/import.js";
import { terminalInputs } from "../../sim/nir/terminal-inputs.js";
import { node, whole } from "../nir-nodes.js";

const folder = mkdtempSync(join(tmpdir(), "nested-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const SIZE = 2;
const NIR = { dtSeconds: 1e-3, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;
const port = (type: "Input" | "Output"): NirNode => node(type, { shape: whole(SIZE) });
const neurons = (): NirNode => node("IF", { r: nirArray([1, 1], [SIZE]), v_threshold: nirArray([0.5, 0.5], [SIZE]) });
const inner = (graph: NirGraph): NirNode => ({ ...node("NIRGraph", {}), graph });

function made(nodes: Record<string, NirNode>, edges: readonly string[]): NirGraph {
  const pairs = edges.map((edge) => ({ from: edge.split(" ")[0], to: edge.split(" ")[1] }));
  return { nodes: new Map(Object.entries(nodes)), edges: pairs, metadata: new Map() };
}

/** in -> n -> out; inner graphs, fed by n or not, lead to out. */
function drawn(
  rng: ReturnType<typeof createRng>,
  depth: number,
  met: { fed: number; unfed: number; beneathFed: number },
  isFed = false,
): NirGraph {
  const nodes: Record<string, NirNode> = { in: port("Input"), n: neurons(), m: neurons(), out: port("Output") };
  const edges = ["in n", "n m", "m out"];
  for (let k = 0; k < (depth === 0 ? 0 : rng.int(0, 2)); k++) {
    const feeds = rng.float() < 0.5;
    if (feeds) edges.push(`n g${k}`);
    met[feeds ? "fed" : isFed ? "beneathFed" : "unfed"]++;
    nodes[`g${k}`] = inner(drawn(rng, depth - 1, met, feeds));
    edges.push(`g${k} m`);
  }
  return made(nodes, edges);
}

test("the inputs of a file are those of the flattened network, in random graphs within graphs", () => {
  const rng = createRng(7, "nested");
  const met = { fed: 0, unfed: 0, beneathFed: 0 };
  for (let i = 0; i < 60; i++) {
    const file = { version: "1.0", graph: drawn(rng, 3, met) };
    const flat = terminalInputs(prepareNir(file, "made", NIR)).map(({ name, size }) => ({ name, size }));
    expect(inputNodesOf(nirNetwork(file, "made")).map(({ name, size }) => ({ name, size }))).toEqual(flat);
  }
  console.log(`seed 7: ${JSON.stringify(met)}`);
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(10);
});

test("a graph with an unfed Input within a fed graph runs by description, and names its last output, in float and in integers", async () => {
  const source = made({ x: port("Input"), out: port("Output") }, ["x out"]);
  const fed = made({ in: port("Input"), h: inner(source), n: neurons(), out: port("Output") }, ["in n", "h n", "n out"]);
  // the file's first Output passes values on
  const graph = made({ g: inner(fed), input: port("Input"), output: port("Output") }, ["input g", "g output"]);
  await writeNir(at("nest.nir"), { version: "1.0", graph });
  writeFileSync(at("in.csv"), "1,0\n0,1\n1,1\n");
  writeFileSync(at("none.csv"), "0,0\n0,0\n0,0\n");
  const inputs = "{ input: { path: none.csv }, g.h.x: { path: in.csv } }";
  writeFileSync(
    at("nest.yaml"),
    `version: 1\nnetwork: { model: nest.nir, nir: { step_seconds: 1.0e-3, reset: zero } }\nworkload: { dataset: spike-file, inputs: ${inputs}, samples: 1, timing_samples: 1 }\n`,
  );
  const { result } = await simulate(open(at("nest.yaml")));
  const input = [`input=${at("none.csv")}`, `g.h.x=${at("in.csv")}`];
  const [float, whole] = await Promise.all(
    [false, true].map((integer) => importNir(at("nest.nir"), { ...NIR, input, on: at("nest.yaml"), integer })),
  );
  for (const { ran } of [float, whole]) expect(ran?.outputs).toEqual({ output: [2, 2] });
  expect(whole.chip?.result.metrics.spikes_fired).toBe(result.metrics.spikes_fired);
});
