/** A refusal's change fits when it is typed, for shortages of several resources too. */
import { expect, test } from "vitest";
import type { Chip, Core, MappingRequest, Topology } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng, type Rng } from "../../../base/rng.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, dense, population, precision } from "../board/fixtures.js";

const STRATEGIES = ["sequential", "balanced", "min-traffic", "layer-per-core", "manual"] as const;

/** Layers in a chain, some recurrent. */
function chain(rng: Rng): Topology {
  const layers = rng.int(1, 3);
  const widths = Array.from({ length: layers + 1 }, () => rng.int(4, 100));
  const populations = widths.map((neurons, l) => population(`l${l}`, neurons, l, { accumulators: rng.int(1, 2), states: rng.int(1, 2) }));
  const forward = widths.slice(1).map((_, l) => dense(l, l + 1));
  const recurrent = widths.slice(1).flatMap((_, l) => (rng.float() < 0.4 ? [dense(l + 1, l + 1, true)] : []));
  return { populations, projections: [...forward, ...recurrent] };
}

interface Point {
  readonly chip: Chip;
  readonly request: MappingRequest;
}

/** Keys of a description that a change may name, as `--set` writes them into every core. */
const KEYS: { readonly [key: string]: (core: Core, value: number) => Core } = {
  "tile.core.synapse_memory.size_kib": (one, kib) => ({ ...one, synapseMemory: { ...one.synapseMemory, sizeBits: kib * 8192 } }),
  "tile.core.state_memory.size_kib": (one, kib) => ({ ...one, stateMemory: { ...one.stateMemory, sizeBits: kib * 8192 } }),
  "tile.core.max_neurons": (one, maxNeurons) => ({ ...one, maxNeurons }),
  "tile.core.axon_table.entries": (one, axonEntries) => ({ ...one, axonEntries }),
};

const typed = (fix: string): readonly (readonly [string, number])[] =>
  [...fix.matchAll(/set ([\w.]+): ([\d.]+)/g)].map(([, key, value]) => [key, Number(value.replace(/\.$/, ""))] as const);

function changed({ chip: before, request }: Point, changes: readonly (readonly [string, number])[]): Point {
  let [after, limit] = [before, request.maxNeuronsPerCore];
  for (const [key, value] of changes) {
    if (key === "mapping.max_neurons_per_core") limit = value;
    else after = { ...after, cores: after.cores.map((one) => KEYS[key](one, value)) };
  }
  return { chip: after, request: { ...request, maxNeuronsPerCore: limit } };
}

function refusal(network: Topology, { chip: on, request }: Point): InfeasibleError | null {
  try {
    mapNetwork(network, on, precision, request, null);
    return null;
  } catch (error) {
    if (error instanceof InfeasibleError) return error;
    throw error;
  }
}

test.each(STRATEGIES)("%s: the change that a refusal names fits when it is typed", (strategy) => {
  const rng = createRng(2, `fix ${strategy}`);
  const drawn = { fits: 0, one: 0, several: 0, limit: 0, unequal: 0 };
  for (let draw = 0; draw < (strategy === "manual" ? 500 : 120); draw++) {
    const network = chain(rng);
    const cores = rng.int(1, 5);
    const wordBits = [16, 24, 32, 64][rng.int(0, 3)];
    const sizes = (): Partial<Core> => ({
      maxNeurons: rng.int(10, 200),
      axonEntries: rng.float() < 0.3 ? rng.int(20, 200) : null,
      synapseMemory: { ...core.synapseMemory, wordBits, sizeBits: 512 * rng.int(4, 200) },
      stateMemory: { ...core.stateMemory, sizeBits: 512 * rng.int(1, 12) },
    });
    const equal = chip(new Array<number>(cores).fill(1), { core: sizes() });
    const isUnequal = cores > 1 && rng.float() < 0.2;
    const last = { ...equal.cores[cores - 1], maxNeurons: rng.int(10, 200), synapseMemory: sizes().synapseMemory ?? core.synapseMemory };
    const on = isUnequal ? { ...equal, cores: [...equal.cores.slice(0, -1), last] } : equal;
    const limit = rng.float() < 0.2 ? rng.int(4, 60) : null;
    const manual = strategy === "manual" ? { l1: equal.cores.map(({ id }) => id) } : {};
    const point = { chip: on, request: { strategy, manual, maxNeuronsPerCore: limit, seed: 1 } };
    const refused = refusal(network, point);
    if (refused === null) drawn.fits++;
    if (refused === null || ["MAP_LAYERS_FULL", "MAP_MANUAL_FULL"].includes(refused.code)) continue;
    // there always is a core that is large enough
    expect(refused.need, `draw ${draw}`).not.toBe("more cores");
    const changes = typed(refused.fix);
    expect(refusal(network, changed(point, changes))?.message, `draw ${draw}: ${refused.message}`).toBeUndefined();
    drawn[changes.length === 1 ? "one" : "several"]++;
    if (isUnequal) drawn.unequal++;
    if (changes.some(([key]) => key.startsWith("mapping."))) drawn.limit++;
    // equal parts may fit with less than filling in order, by which a change is sought
    if (changes.length === 1 || isUnequal || strategy === "balanced" || strategy === "min-traffic") continue;
    for (const [key] of changes) {
      const others = changes.filter(([name]) => name !== key);
      expect(refusal(network, changed(point, others)), `draw ${draw} without ${key}`).not.toBeNull();
    }
  }
  expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(2);
});
