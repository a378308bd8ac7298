/** Random chips: more of anything never costs less area or leakage, and never lets the clock be faster. */
// @module-tag slow
import { expect, test } from "vitest";
import { areaOf, BUILT_NEEDS, clockLimits, corePrices, parseArch, patchDocument, routerPorts, routerPrices } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import { cases } from "../cases.js";

const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");

const KIB = [0.0625, 0.1, 0.5, 1, 3, 4, 7, 16, 31, 32, 63, 64, 65, 128, 300, 512, 4096, 4097, 65_536];
const DEPTHS = [1, 2, 4, 8, 31, 32, 33, 64, 65, 300, 4096, 65_536];
/** Amounts, ascending. */
const AMOUNTS: { readonly [path: string]: readonly number[] } = {
  "tile.core.synapse_memory.size_kib": KIB,
  "tile.core.state_memory.size_kib": KIB,
  "tile.core.max_neurons": [1, 16, 64, 65, 256, 257, 1000, 65_536],
  "tile.core.lanes": [1, 2, 3, 4, 8, 15, 16, 100, 1024],
  "tile.core.input_queue.depth": DEPTHS,
  "tile.core.output_queue.depth": DEPTHS,
  "tile.core.axon_table.entries": DEPTHS,
  "tile.core.route_table.entries": DEPTHS,
  "tile.core.configuration_bits": [0, 1, 100, 100_000],
  "inputs.port.queue.depth": DEPTHS,
  "noc.vc_buffer_flits": [1, 2, 3, 4, 8, 31, 32, 33, 512, 4096],
  "noc.virtual_channels": [2, 3, 4, 5, 8, 16, 30],
  "noc.link_length_mm": [0.01, 0.5, 1, 8, 20],
  "noc.width": [2, 3, 4, 8],
  "noc.height": [1, 2, 3, 4, 8],
  "tile.cores": [1, 2, 3, 7],
};
const KINDS = ["sram", "registers", "latches"];
const BANKS = [1, 2, 3, 7, 8, 9, 24, 64];
const CHOICES: { readonly [path: string]: readonly Json[] } = {
  ...AMOUNTS,
  "chip.technology_nm": [7, 16, 22, 28, 40, 65, 130],
  "chip.sram_cell": ["lstp", "lop", "hp"],
  "chip.idle": ["clocked", "clock-gated"],
  "chip.weight_format": ["dense", "rows", "bitmap", "run-length"],
  "prices.basis": ["silicon", "library"],
  "noc.topology": ["mesh", "torus", "ring", "crossbar", "flattened-butterfly"],
  "noc.multicast": ["unicast", "tree"],
  "noc.flit_width_bits": [8, 32, 64, 256],
  "tile.core.synapse_memory.word_bits": [16, 64, 100, 256, 600],
  "tile.core.synapse_memory.banks": BANKS,
  "tile.core.synapse_memory.ports": ["1rw", "1r1w"],
  "tile.core.synapse_memory.kind": KINDS,
  "tile.core.state_memory.word_bits": [32, 64, 100, 256],
  "tile.core.state_memory.banks": BANKS,
  "tile.core.state_memory.kind": KINDS,
  "tile.core.parameter_memory.kind": KINDS,
  "tile.core.input_queue.kind": ["auto", ...KINDS],
  "tile.core.neuron_update.units": [1, 2, 8],
};

interface Costs {
  readonly areaMm2: number;
  readonly leakageMw: number;
  readonly periodNs: number;
}

function patched(values: { readonly [path: string]: Json }): ReturnType<typeof patchDocument> | null {
  try {
    return patchDocument(base, values);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** null: the description is refused, e.g. a memory that is smaller than a word per bank. */
function costsOf(values: { readonly [path: string]: Json }): Costs | null {
  const made = patched({ "inputs.at": "port", ...values });
  if (made === null) return null;
  const { chip, precision } = made;
  const leaks: readonly (readonly [name: string, price: { readonly value: number }])[] = [
    ...Object.entries(corePrices(chip, chip.cores[0], precision, BUILT_NEEDS)),
    ...Object.entries(routerPrices(chip, Math.max(...routerPorts(chip)), 1)),
  ];
  return {
    areaMm2: Number(areaOf(chip, precision, BUILT_NEEDS).totalMm2),
    leakageMw: leaks.reduce((sum, [name, { value }]) => sum + (name.endsWith("leakage_mw") ? value : 0), 0),
    periodNs: clockLimits(chip, precision, BUILT_NEEDS)[0].periodNs,
  };
}

test("more memory, neurons, lanes, entries, buffers, channels, wire, tiles or cores cost no less area and leakage, and no clock is faster", () => {
  const rng = createRng(20_261_203, "larger chips");
  const pick = <Value>(from: readonly Value[]): Value => from[rng.int(0, from.length - 1)];
  const rose = { areaMm2: 0, leakageMw: 0, periodNs: 0 };
  for (let drawn = 0; drawn < cases(40); drawn++) {
    const values = Object.fromEntries(Object.entries(CHOICES).flatMap(([path, of]) => (rng.float() < 0.5 ? [[path, pick(of)]] : [])));
    for (const [path, amounts] of Object.entries(AMOUNTS)) {
      const at = rng.int(0, amounts.length - 2);
      const [less, more] = [amounts[at], amounts[at + 1]].map((amount) => costsOf({ ...values, [path]: amount }));
      if (less === null || more === null) continue;
      for (const name of ["areaMm2", "leakageMw", "periodNs"] as const) {
        const where = `${name} over ${path} from ${amounts[at]}: ${JSON.stringify(values)}`;
        expect(more[name] / less[name], where).toBeGreaterThan(1 - 1e-12);
        if (more[name] > less[name]) rose[name]++;
      }
    }
  }
  expect(rose.areaMm2).toBeGreaterThan(450);
  expect(rose.leakageMw).toBeGreaterThan(250);
  expect(rose.periodNs).toBeGreaterThan(20);
});
