/**
 * Throughput that is composed of waves which ran alone, beside that of all waves run back to back, by topology: 144
 * random chips of 2 to 36 cores, each with every topology. Writes the table of docs/scale.md; takes five minutes of
 * processor time.
 *
 *   npx tsx scripts/steady-study.ts
 */
import { open, simulate } from "../app/index.js";
import { createRng } from "../base/rng.js";
import { writePassage } from "./passages.js";
import { markdownTable } from "./validation/markdown.js";

const CHIPS = 144;
const TOPOLOGIES = ["mesh", "mesh-tree", "flattened-butterfly", "torus", "ring", "crossbar"] as const;
const rng = createRng(1, "composed throughput");
const pick = <T>(...values: readonly T[]): T => values[rng.int(0, values.length - 1)];

/** Percent by which the composed cycles per utterance differ from the replayed ones. */
async function differenceOf(description: { readonly workload: object; readonly noc: object }): Promise<number> {
  const cycles: number[] = [];
  for (const steady of ["composed", "replayed"]) {
    const { result } = await simulate(open({ ...description, workload: { ...description.workload, steady_state: steady } }));
    cycles.push(1 / Number(result.metrics.throughput_per_s));
  }
  return 100 * (cycles[0] / cycles[1] - 1);
}

const found = new Map<string, number[]>();
for (let chip = 0; chip < CHIPS; chip++) {
  const [width, height] = pick([2, 1], [3, 1], [4, 1], [2, 2], [3, 2], [4, 2], [2, 3], [3, 3], [4, 3]);
  const timed = pick(1, 2, 3, 6);
  const noc = {
    ...{ width, height, flit_width_bits: pick(8, 16, 32), header_bits: 24 },
    ...{ virtual_channels: pick(2, 4), vc_buffer_flits: pick(4, 8), multicast: pick("unicast", "tree", "tree") },
  };
  const description = {
    version: 1,
    extends: "mesh-2x2",
    network: { model: pick("mnist-rows-lif.safetensors", "mnist-rows-rec-v2.safetensors") },
    workload: { dataset: "mnist-rows", samples: timed, timing_samples: timed, seed: chip + 1 },
    inputs: pick({ at: "port", port: { tile: 0 } }, { at: "cores" }),
    tile: {
      cores: pick(1, 2, 3),
      core: {
        ...{ max_neurons: 256, lanes: pick(2, 4, 8), event_overhead_cycles: pick(1, 2), scan: { policy: pick("event", "compressed") } },
        ...{ synapse_memory: { size_kib: 256, word_bits: 64 }, state_memory: { size_kib: 16, word_bits: 64 } },
      },
    },
    mapping: { strategy: pick("balanced", "balanced", "sequential") },
  };
  for (const topology of TOPOLOGIES) {
    const tree = topology === "mesh-tree" ? { tree: { arity: 2, levels: 1 } } : {};
    const difference = await differenceOf({ ...description, noc: { ...noc, topology, ...tree } });
    found.set(topology, [...(found.get(topology) ?? []), difference]);
    console.log(chip, topology, difference.toFixed(4));
  }
}

const percent = (value: number): string => `${value.toFixed(2)} %`;
const rows = [...found].map(([topology, differences]) => {
  const sizes = differences.map(Math.abs).sort((a, b) => a - b);
  const mean = sizes.reduce((sum, size) => sum + size) / sizes.length;
  return [topology, percent(mean), percent(sizes[Math.ceil(0.9 * sizes.length) - 1]), percent(sizes[sizes.length - 1])];
});
const text = markdownTable(["topology", "mean difference", "nine of ten within", "largest"], rows);
writePassage({ page: "docs/scale.md", mark: "steady", text });
