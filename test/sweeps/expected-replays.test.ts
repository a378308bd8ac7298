/** How many replays a search makes, predicted from a few of its points, against the keys of all of them. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseArch, patchDocument, readModel, resolveModelPath, topologyOf } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { functionalKey, replayKey, replayTraits } from "../../sim/index.js";
import { expectedReplays, type Searched, Space } from "../../sweeps/index.js";

const file = join(packageRoot(), "arch", "examples", "of-a-test.yaml");
const HEAD =
  "version: 1\nextends: thousand-chips.yaml\nsweep: { objectives: { latency_us: min }, sampler: { name: grid, budget: 1000 } }\n";

/** The space of a description that extends `thousand-chips.yaml`; it has that file's parameters unless they are set. */
function searched(body: string): Searched {
  const parsed = parseArch(`${HEAD}${body}`, file);
  if (parsed.sweep === null) throw new Error("no sweep");
  const space = new Space(parsed.sweep.parameters);
  const { network, precision } = parsed.experiment;
  const model = readModel(resolveModelPath(network.model, file)).network;
  return {
    space,
    at: (position) => patchDocument(parsed, space.byPath(space.decode(position))),
    topology: topologyOf(model, precision),
  };
}

const sizeOf = ({ space }: Searched): number => space.gridSize as number;

function keysOf(of: Searched): readonly string[] {
  return Array.from({ length: sizeOf(of) }, (_, i) => {
    const experiment = of.at(of.space.gridPosition(i));
    if (experiment === null) throw new Error("refused");
    return replayKey(experiment, { key: functionalKey(experiment, "", ""), trace: { topology: of.topology }, placedBy: null });
  });
}

const around = ({ space }: Searched): readonly Float64Array[] => [0.1, 0.7].map((at) => new Float64Array(space.dimensions.length).fill(at));
const foretold = (of: Searched, points = sizeOf(of)): number => expectedReplays(of, points, sizeOf(of), around(of));

const ONE_LENGTH = "width: { sweep: [1, 2] }, height: 1";
const CORES = "tile: { cores: 1, core: { lanes: 8, state_memory: { word_bits: 64 } } }\n";

describe("for a whole grid, the prediction is the number of different keys", () => {
  test("exactly, if all levels of an axis share replays or none do: prices, and all axes except lanes and memories", () => {
    const of = searched(
      `noc: { ${ONE_LENGTH}, link_length_mm: { sweep: [1, 2] } }\nchip: { voltage_v: { sweep: [0.7, 0.8, 0.9] } }\n${CORES}`,
    );
    expect([sizeOf(of), new Set(keysOf(of)).size, foretold(of)]).toEqual([12, 2, 2]);
  });

  test("within a tenth for lanes and words of a few chips, most of which share replays", () => {
    const of = searched(`noc: { ${ONE_LENGTH} }\n`);
    const keys = new Set(keysOf(of)).size;
    expect(sizeOf(of)).toBe(100);
    expect(keys).toBeLessThan(50);
    expect(Math.abs(foretold(of) / keys - 1)).toBeLessThan(0.1);
  });

  test("within a third for more combinations of lanes and words than are examined", { tags: ["long"] }, () => {
    const of = searched(
      "noc: { width: 2, height: 1 }\ntile: { cores: 1, core: { synapse_memory: { word_bits: { sweep: [16, 32, 64, 128], name: synapse_word_bits } } } }\n",
    );
    const keys = new Set(keysOf(of)).size;
    expect(sizeOf(of)).toBe(100);
    expect(keys).toBeLessThan(80);
    expect(Math.abs(foretold(of) / keys - 1)).toBeLessThan(1 / 3);
  });
});

test("for points drawn from a grid, the prediction is their mean number of different keys", { tags: ["long"] }, () => {
  const of = searched(`noc: { ${ONE_LENGTH} }\n`);
  const keys = keysOf(of);
  const rng = createRng(1, "test");
  const draws = Array.from({ length: 200 }, () => new Set(rng.shuffle([...keys]).slice(0, 25)).size);
  const mean = draws.reduce((sum, size) => sum + size, 0) / draws.length;
  expect(mean).toBeLessThan(22);
  expect(Math.abs(foretold(of, 25) / mean - 1)).toBeLessThan(0.15);
});

test("a point that the search refuses counts as no replay and hides no other", () => {
  const of = searched(`noc: { ${ONE_LENGTH} }\nchip: { voltage_v: { sweep: [0.7, 0.8] } }\n${CORES}`);
  const refusing: Searched = { ...of, at: (position) => (position[1] < 0.5 && position[0] < 0.5 ? null : of.at(position)) };
  expect(foretold(refusing)).toBeGreaterThanOrEqual(2);
  expect(foretold(refusing)).toBeLessThanOrEqual(4);
});

test("points with different traits beside the mapping have different keys, and points with wholly equal traits have the same key", () => {
  const of = searched(`noc: { ${ONE_LENGTH} }\n`);
  const points = Array.from({ length: sizeOf(of) }, (_, i) => {
    const experiment = of.at(of.space.gridPosition(i));
    if (experiment === null) throw new Error("refused");
    return replayTraits(experiment, { key: functionalKey(experiment, "", "") });
  });
  const keys = keysOf(of);
  for (const [i, a] of points.entries())
    for (const [j, b] of points.entries()) {
      if (a.beside !== b.beside) expect(keys[i]).not.toBe(keys[j]);
      if (a.whole === b.whole) expect(keys[i]).toBe(keys[j]);
    }
  expect(new Set(points.map(({ beside }) => beside)).size).toBe(4);
});
