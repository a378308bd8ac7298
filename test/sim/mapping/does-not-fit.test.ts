/**
 * A refusal's change fits when it is typed, for shortages of several resources too; a step less does not, or the
 * refusal says that it may.
 */
import { expect, test } from "vitest";
import { type Chip, type Core, feedsBack, type MappingRequest, type Projection, type Topology } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng, type Rng } from "../../../base/rng.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { cases } from "../../cases.js";
import { usualAndLong } from "../../usual.js";
import { chip, core, dense, population, precision } from "../board/fixtures.js";

const STRATEGIES = ["sequential", "balanced", "min-traffic", "layer-per-core", "manual"] as const;

/** Some of the weights from one layer to another: stored as a list of targets, or as a matrix with zeros. */
function withZeros(rng: Rng, [sources, targets]: readonly [number, number], between: Projection): Projection {
  const density = rng.float();
  const rowStart = [0];
  const kept: number[] = [];
  for (let row = 0; row < sources; row++) {
    for (let target = 0; target < targets; target++) if (rng.float() < density) kept.push(target);
    rowStart.push(kept.length);
  }
  const rows = { rowStart: Uint32Array.from(rowStart), targets: Uint32Array.from(kept) };
  return rng.float() < 0.5 ? { ...between, sparse: rows } : { ...between, present: rows };
}

/** Layers in a chain, some recurrent. */
function chain(rng: Rng, hasPort: boolean, hasZeros: boolean): Topology {
  const layers = rng.int(1, 3);
  const widths = Array.from({ length: layers + 1 }, () => rng.int(4, 100));
  if (hasPort) widths[0] = rng.int(100, 250); // more sources than a core has neurons
  const populations = widths.map((neurons, l) => {
    const isBehind = l === 0 && hasPort;
    return population(`l${l}`, neurons, l, { accumulators: isBehind ? 0 : rng.int(1, 2), states: rng.int(1, 2) });
  });
  const forward = widths.slice(1).map((_, l) => dense(l, l + 1));
  const recurrent = widths.slice(1).flatMap((_, l) => (rng.float() < 0.4 ? [dense(l + 1, l + 1, true)] : []));
  const projections = [...forward, ...recurrent];
  if (!hasZeros) return { populations, projections };
  return { populations, projections: projections.map((one) => withZeros(rng, [widths[one.source], widths[one.target]], one)) };
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

const typed = (fix: string): readonly (readonly [string, string])[] =>
  [...fix.matchAll(/set ([\w.]+): ([\w.]+)/g)].map(([, key, value]) => [key, value.replace(/\.$/, "")] as const);

function changed({ chip: before, request }: Point, changes: readonly (readonly [string, string])[]): Point {
  let [after, asked] = [before, request];
  for (const [key, value] of changes) {
    if (key === "mapping.strategy") {
      expect(value).toBe("sequential");
      asked = { ...asked, strategy: "sequential" };
    } else if (key === "mapping.max_neurons_per_core") asked = { ...asked, maxNeuronsPerCore: Number(value) };
    else after = { ...after, cores: after.cores.map((one) => KEYS[key](one, Number(value))) };
  }
  return { chip: after, request: asked };
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

for (const [some, options] of usualAndLong(STRATEGIES, (strategy) => strategy === "sequential" || strategy === "min-traffic"))
  test.each(some)("%s: the change that a refusal names fits when it is typed, and a step less of it does not", options, (strategy) => {
    const rng = createRng(2, `fix ${strategy}`);
    const drawn = { fits: 0, one: 0, several: 0, limit: 0, unequal: 0, port: 0, dram: 0, zeros: 0, axonsOfPort: 0 };
    const layers = { alone: 0, withOthers: 0 };
    for (let draw = 0; draw < cases(strategy === "manual" ? 60 : 40); draw++) {
      const hasZeros = rng.float() < 0.2;
      const port = rng.float() < 0.3 ? { tile: 0, bitsPerCycle: 8, latencyCycles: 0, packetBits: null, queueDepth: 16 } : null;
      const network = chain(rng, port !== null, hasZeros);
      const cores = rng.int(1, 5);
      const wordBits = [16, 24, 32, 64][rng.int(0, 3)];
      const sizes = (): Partial<Core> => ({
        maxNeurons: rng.int(10, 200),
        axonEntries: rng.float() < (port === null ? 0.3 : 0.6) ? rng.int(20, port === null ? 200 : 100) : null,
        synapseMemory: { ...core.synapseMemory, wordBits, sizeBits: 512 * rng.int(4, 200) },
        stateMemory: { ...core.stateMemory, sizeBits: 512 * rng.int(1, 12) },
      });
      const spill = rng.float() < 0.3 ? { bitsPerCycle: 64, latencyCycles: 10, burstBits: 64 } : null;
      const equal = chip(new Array<number>(cores).fill(1), { core: sizes(), port, spill });
      const isUnequal = cores > 1 && rng.float() < 0.2;
      const synapseMemory = { ...(sizes().synapseMemory ?? core.synapseMemory), wordBits: [8, wordBits, 1024][rng.int(0, 2)] };
      const last = { ...equal.cores[cores - 1], maxNeurons: rng.int(10, 200), synapseMemory };
      const on = isUnequal ? { ...equal, cores: [...equal.cores.slice(0, -1), last] } : equal;
      const limit = rng.float() < 0.2 ? rng.int(4, 60) : null;
      // a core named for l1 is refused as such if its axons are too few
      const manual = strategy === "manual" && port === null ? { l1: equal.cores.map(({ id }) => id) } : {};
      const point = { chip: on, request: { strategy, manual, maxNeuronsPerCore: limit, seed: 1 } };
      const refused = refusal(network, point);
      if (refused === null) drawn.fits++;
      // a core that is named is refused in its own words, see below
      if (refused === null || refused.code === "MAP_MANUAL_FULL") continue;
      // there always is a core that is large enough
      expect(refused.need, `draw ${draw}`).not.toBe("more cores");
      const changes = typed(refused.fix);
      expect(refusal(network, changed(point, changes))?.message, `draw ${draw}: ${refused.message}`).toBeUndefined();
      drawn[changes.length === 1 ? "one" : "several"]++;
      if (refused.code === "MAP_LAYERS_FULL") layers[changes.length === 1 ? "alone" : "withOthers"]++;
      if (isUnequal) drawn.unequal++;
      if (port !== null) drawn.port++;
      if (spill !== null) drawn.dram++;
      if (hasZeros) drawn.zeros++;
      if (port !== null && refused.code === "MAP_AXON_TABLE_FULL") drawn.axonsOfPort++;
      if (changes.some(([key]) => key.startsWith("mapping."))) drawn.limit++;
      // equal parts may fit with less than filling in order, by which a change is sought
      const isBound = cores > 1 && (strategy === "balanced" || strategy === "min-traffic");
      expect(refused.fix.includes("less may do in equal parts"), refused.message).toBe(isBound && changes.length > 0);
      if (isUnequal || isBound) continue;
      const [[key, value]] = changes;
      if (changes.length === 1 && key.startsWith("tile.")) {
        const less = Number(value) - (key.endsWith("size_kib") ? 1 / 16 : 1);
        expect(refusal(network, changed(point, [[key, String(less)]])), `draw ${draw}: ${refused.message}`).not.toBeNull();
      }
      if (changes.length === 1) continue;
      for (const [one] of changes) {
        const others = changes.filter(([name]) => name !== one);
        expect(refusal(network, changed(point, others)), `draw ${draw} without ${one}`).not.toBeNull();
      }
    }
    expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(0);
    if (strategy === "layer-per-core") expect(Math.min(...Object.values(layers)), JSON.stringify(layers)).toBeGreaterThan(0);
  });

test("on a chip with route tables a refusal says that they may have to grow too; on others it does not", () => {
  const network = { populations: [population("l0", 40, 0), population("l1", 40, 1)], projections: [dense(0, 1)] };
  const fixOf = (routeEntries: number | null): string | undefined => {
    const small = { routeEntries, synapseMemory: { ...core.synapseMemory, sizeBits: 4096 } };
    const point: Point = {
      chip: chip([1, 1], { core: small }),
      request: { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 },
    };
    return refusal(network, point)?.fix;
  };
  expect(fixOf(4)).toMatch(/^set tile\.core\.synapse_memory\.size_kib: [\d.]+ \(tile\.core\.route_table\.entries may have to grow too\)/);
  expect(fixOf(null)).toMatch(/^set tile\.core\.synapse_memory\.size_kib: [\d.]+, or use more cores/);
});

test("a change counts on fan-in that is cut in parts, unless the chip's time feeds back", () => {
  const network = { populations: [population("l0", 100, 0), population("l1", 30, 1)], projections: [dense(0, 1)] };
  const small = chip([1, 1, 1, 1], { core: { axonEntries: 20, maxNeurons: 64 } });
  const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const entriesOf = (on: Chip): number => {
    const [[key, value]] = typed(refusal(network, { chip: on, request })?.fix ?? "");
    expect(key).toBe("tile.core.axon_table.entries");
    return Number(value);
  };
  const placed = (on: Chip, entries: number) =>
    mapNetwork(network, changed({ chip: on, request }, [["tile.core.axon_table.entries", String(entries)]]).chip, precision, request, null);
  const cut = entriesOf(small);
  expect(cut).toBeLessThan(100);
  expect(placed(small, cut).topology.populations.length).toBeGreaterThan(2);
  expect(() => placed(small, cut - 1)).toThrow(InfeasibleError);
  const feeds = { ...small, cores: small.cores.map((one) => ({ ...one, intake: { ...one.intake, full: "drop" as const } })) };
  expect(feedsBack(feeds)).toBe(true);
  expect(entriesOf(feeds)).toBe(100);
  expect(placed(feeds, 100).topology.populations.length).toBe(2);
});

test("manual: a refusal of a named core names what is short there, and each change that it names fits when it is typed", () => {
  const rng = createRng(5, "full cores");
  const drawn = { more: 0, without: 0, larger: 0, limit: 0 };
  const short = new Set<string>();
  for (let draw = 0; draw < cases(50); draw++) {
    const network = chain(rng, false, rng.float() < 0.2);
    const cores = rng.int(2, 5);
    const on = chip(new Array<number>(cores).fill(1), {
      core: {
        maxNeurons: rng.int(30, 200),
        axonEntries: rng.float() < 0.3 ? rng.int(60, 200) : null,
        synapseMemory: { ...core.synapseMemory, sizeBits: 512 * rng.int(20, 200) },
        stateMemory: { ...core.stateMemory, sizeBits: 512 * rng.int(4, 20) },
      },
    });
    const limit = rng.float() < 0.2 ? rng.int(20, 60) : null;
    const named = Array.from({ length: rng.int(1, cores) }, (_, i) => i);
    const point = { chip: on, request: { strategy: "manual" as const, manual: { l1: named }, maxNeuronsPerCore: limit, seed: 1 } };
    const refused = refusal(network, point);
    if (refused?.code !== "MAP_MANUAL_FULL") continue;
    const [, room, what] = /^room for (\d+) [(](.*)[)]$/.exec(refused.have) ?? [];
    short.add(what);
    expect(Number(room)).toBeLessThan(Number.parseInt(refused.need, 10));
    if (what === "neuron slots") expect(Number(room)).toBeLessThanOrEqual(on.cores[0].maxNeurons);
    if (what === "mapping.max_neurons_per_core") expect(Number(room)).toBe(limit);
    const label = `draw ${draw}: ${refused.message}`;
    const longer = /set mapping[.]manual[.]l1: \[([\d, ]+)\]/.exec(refused.fix)?.[1];
    const withManual = (manual: MappingRequest["manual"]): Point => ({ ...point, request: { ...point.request, manual } });
    if (longer !== undefined) {
      drawn.more++;
      expect(refusal(network, withManual({ l1: longer.split(", ").map(Number) })), label).toBeNull();
    }
    if (refused.fix.includes("leave mapping.manual.l1 out")) {
      drawn.without++;
      expect(refusal(network, withManual({})), label).toBeNull();
    }
    if (refused.fix.includes("mapping.manual")) continue;
    const changes = typed(refused.fix);
    expect(changes.length, label).toBeGreaterThan(0);
    drawn[changes.some(([key]) => key.startsWith("mapping")) ? "limit" : "larger"]++;
    expect(refusal(network, changed(point, changes)), label).toBeNull();
  }
  expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(0);
  expect(short.size).toBe(5);
});

test("if only weights have no room, in wide words of a later core, a refusal names the synapse memory alone, and its size fits", () => {
  const network: Topology = {
    populations: [population("a", 28, 0), population("b", 128, 1), population("c", 128, 2)],
    projections: [dense(0, 1), dense(1, 2)],
  };
  const on = chip([1, 1], { core: { maxNeurons: 256, stateMemory: { ...core.stateMemory, sizeBits: 2 ** 20 } } });
  const words = [8, 4096].map((wordBits) => ({ ...core.synapseMemory, wordBits, sizeBits: 4 * 8192 }));
  const cores = on.cores.map((one, i) => ({ ...one, maxNeurons: i === 0 ? 64 : 256, synapseMemory: words[i] }));
  const point: Point = { chip: { ...on, cores }, request: { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } };
  const changes = typed(refusal(network, point)?.fix ?? "");
  expect(changes.map(([key]) => key)).toEqual(["tile.core.synapse_memory.size_kib"]);
  expect(refusal(network, changed(point, changes))).toBeNull();
});
