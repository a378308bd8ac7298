/**
 * `TW` bits hold every index and address that the library forms. The naive walk follows an emitted chip in numbers
 * without a width; Icarus runs chips that have not one bit more.
 */
// @module-tag slow
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nirArray } from "../../arch/formats/nir/graph.js";
import { nirNetwork } from "../../arch/index.js";
import { candidateOf, emit, obstaclesOf, type PointParts, versionOf } from "../../rtl/index.js";
import { unsignedBits } from "../../rtl/numbers.js";
import { libraryFolder } from "../../rtl/tools.js";
import { prepareFunctional, replay } from "../../sim/index.js";
import { cases } from "../cases.js";
import { Counted } from "../counted.js";
import { node, whole } from "../nir-nodes.js";
import { chip, core, precision } from "../sim/board/fixtures.js";
import { naiveIndices } from "./naive-indices.js";
import { randomChip } from "./random-chips.js";
import { experimentOf, type RandomCore, randomCore } from "./random-cores.js";
import { randomPort } from "./random-ports.js";
import { randomRows, severalRows } from "./random-rows.js";
import { studyPoint } from "./study-cores.js";
import { widened } from "./wide.js";

const absent = versionOf("iverilog") === null;
const skipped = absent ? " (skipped: Icarus Verilog is absent)" : "";

/** A width that cuts nothing off. */
const WIDE = 30;

/** What has the largest index, bits that it needs, and bits that the chip has. */
function measured(point: PointParts): { readonly kinds: readonly string[]; readonly needs: number; readonly has: number } {
  const values = [...naiveIndices(emit(point, WIDE).files).largest];
  const { bits: has } = naiveIndices(emit(point, 1).files);
  const needs = unsignedBits(values.map(([, value]) => value));
  return { kinds: values.flatMap(([kind, value]) => (unsignedBits([value]) === needs ? [kind] : [])), needs, has };
}

const DRAWS: { readonly [name: string]: (seed: number) => RandomCore | null } = {
  ...{ "trained core": randomCore, "core of rows": randomRows, "several of rows": severalRows, chip: randomChip, port: randomPort },
  ...{ "wide core": (seed) => widened(randomCore(seed)), "wide core of rows": (seed) => widened(randomRows(seed)) },
};

test("in random chips of every kind, no index has more bits than the library's indices, which have at most two to spare", {
  tags: ["long"],
}, () => {
  const seen = new Counted("drawn, and widest");
  for (const [name, draw] of Object.entries(DRAWS))
    for (let seed = 1; seed <= cases(5); seed++) {
      const point = draw(seed);
      if (point === null || obstaclesOf(candidateOf(point)).length > 0) continue;
      const { kinds, needs, has } = measured(point);
      expect(has, `${name}, seed ${seed}: ${kinds.join(", ")}`).toBeGreaterThanOrEqual(needs);
      expect(has, `${name}, seed ${seed}: ${kinds.join(", ")}`).toBeLessThanOrEqual(needs + 2);
      seen.see(name, ...kinds);
    }
  seen.expectEach([
    ...Object.keys(DRAWS),
    "field of a record",
    "grain of a state",
    "word of a row",
    "word of a dense row",
    "axon",
    "route",
  ]);
});

/** One spike to 250 neurons, whose weights lie in words of 8 bits in 16 banks: the last window ends behind all else. */
function fan(): RandomCore {
  const targets = 250;
  const of = (value: number) => nirArray(new Array<number>(targets).fill(value), [targets]);
  const nodes = new Map([
    ["in", node("Input", { shape: whole(1) })],
    [
      "rows",
      node("Linear", {
        weight: nirArray(
          Array.from({ length: targets }, (_, n) => 0.2 + (n % 7) / 10),
          [targets, 1],
        ),
      }),
    ],
    ["if", node("IF", { r: of(1), v_threshold: of(1), v_reset: of(0) })],
    ["out", node("Output", { shape: whole(targets) })],
  ]);
  const edges = [
    ["in", "rows"],
    ["rows", "if"],
    ["if", "out"],
  ].map(([from, to]) => ({ from, to }));
  const model = nirNetwork({ version: "1.0", graph: { nodes, edges, metadata: new Map() } }, "fan");
  const made = chip([1], {
    core: {
      ...{ maxNeurons: 256, lanes: 32 },
      synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 14, wordBits: 8, banks: 16 },
      stateMemory: { ...core.stateMemory, sizeBits: 2 ** 16, wordBits: 128 },
    },
    barrier: { baseCycles: 40, perCoreCycles: 0 },
  });
  const base = experimentOf(made, { ...precision, weightBits: 8, stateBits: 16, stateFractionBits: 6, accumulatorBits: 24 }, 1, {});
  const experiment = { ...base, network: { ...base.network, nir: { ...base.network.nir, stepSeconds: 1e-4, reset: "zero" as const } } };
  const frameStart = Uint32Array.of(0, 4);
  const samples = {
    ...{ name: "fan", hash: "fan", task: "sequence" as const, inputs: 1, classes: targets, frameStart },
    ...{ features: Float32Array.of(1, 1, 0, 1), labels: Int32Array.of(0) },
  };
  const functional = prepareFunctional(experiment, model, "fan", samples);
  return { experiment, model, samples, functional, run: replay(experiment, functional.trace), seed: 0, choices: [] };
}

/** Short runs, each with the indices that alone decide its width. */
const DECIDED: readonly (readonly [kinds: readonly string[], make: () => RandomCore | null])[] = [
  [["grain of a state"], () => randomCore(23)],
  [["word of a sum"], () => randomRows(28)],
  [["row of a batch's parameters", "axon", "route"], () => randomRows(30)],
  [["bit of a synapse, before it goes on to the next word"], () => widened(randomRows(160))],
  [["end of a window"], fan],
];

test.skipIf(absent)(
  `chips whose width one index decides, of ${DECIDED.length} kinds, equal the simulator without a bit to spare${skipped}`,
  { tags: ["long"], timeout: 300_000 },
  () => {
    for (const [kinds, make] of DECIDED) {
      const about = kinds.join(", ");
      const point = make();
      if (point === null) throw new Error(`${about}: the network does not fit`);
      const { needs, has, ...found } = measured(point);
      expect(found.kinds).toEqual(kinds);
      expect(has, about).toBe(needs);
      expect(needs, about).toBeGreaterThan(6);
      const { differences, spikes, refused } = studyPoint(point);
      expect(refused, about).toEqual([]);
      expect(differences, about).toEqual([]);
      expect(spikes, about).toBeGreaterThan(0);
    }
  },
);

/** By source; a new index belongs in `rtl/index-bits.ts`, in the naive walk, and here. */
const FOLLOWED: { readonly [source: string]: string } = {
  "barrier.sv": "TW'(STAGES) steps wave",
  "barrier_tree.sv": "root_wave steps wave",
  "core.sv": [
    "AXON_STARTS ENTERS KIND_TABLE LEAVES POPULATIONS RESETS ROUTE_PLACES SEGMENTS SOURCES STARTS STEPS TW'(0) TW'(1)",
    "TW'(2) TW'(s_written[b]) TW'(y_written[b]) frame_neuron on_operations on_reads on_spikes on_updates on_words on_writes",
    "score_class soma_words steps synapse_words wave",
  ].join(" "),
  "dense_rows.sv": [
    "SEGMENTS SOURCES TW'(GROUP) TW'(new_words) axon_first bank_0 bank_1 neuron own own_first own_words reads rest row_0",
    "row_1 row_first seg_from seg_to stride total",
  ].join(" "),
  "dispatch.sv": "PLACES first_neuron neuron place",
  "named_rows.sv": [
    "AXONS KIND_TABLE TW'(BANKS - 1) TW'(BANKS) TW'(LAST_AXONS) TW'(WEIGHT) TW'(lane_item >> WEIGHT) address address_now",
    "bank_in base base_0 base_1 bits columns first_axon group hand hand_next item_bits kind_now lane_bits lane_targets",
    "lane_words local_word neuron number_bits numbers open_word place place_in place_next place_now position_rows reads",
    "rest rest_now row_in seg seg_end seg_from seg_to steps sums_of targets to_seg used window_from word_of",
  ].join(" "),
  "neuron.sv": "limit theta",
  "packet.sv": "TW'(come_neuron) neuron",
  "positions.sv": [
    "TW'(0) bits column columns from place place_bit row rows steps target targets to to_bit to_channel to_column to_row",
    "to_target to_word used word words",
  ].join(" "),
  "scan.sv": "SOURCES TW'(axon) mark_neuron neuron",
  "soma.sv": [
    "ENTERS LEAVES POPULATIONS RESETS STARTS STEPS TW'(0) TW'(1) TW'(2) TW'(GRAN) TW'(INPUT) TW'(UNITS) TW'(fires[u]) TW'(k",
    "* NM) TW'(k) TW'(n) TW'(place) TW'(req && want[i]) TW'(sender) TW'(u) b_bits b_kind b_limit b_neuron b_population",
    "b_resets b_scored b_spikes b_theta bank bank_0 bank_1 bank_step c_accs c_kind c_neuron depth depth_after first_neuron",
    "frame_neuron grains left loaded neuron neurons next_left next_per_word next_places next_steps next_sum_per_word",
    "next_sum_places next_wave on_spikes on_updates on_words own_at own_first per_word place_step places population row",
    "row_0 row_1 row_step s_neuron score_class shift_0 shift_1 steps steps_of sum_bank sum_bank_step sum_per_word",
    "sum_place_step sum_places sum_row sum_row_step wave",
  ].join(" "),
  "synapse.sv": [
    "AXON_STARTS KIND_TABLE SEGMENTS SOURCES TW'(items) TW'(req && want[i]) neuron on_operations on_reads on_words q_neuron",
    "reads",
  ].join(" "),
  "walk.sv": "TW'(k) TW'(next_count) TW'(next_place) bank_step first_bank first_row next_per_word per_word place_step row_step",
};

/** Declared with bits that `TW` decides, and casts to `TW` bits, by source of the library. */
function indicesOf(text: string): string {
  const code = text.replaceAll(/\/\/.*/g, "");
  const declared = [
    ...code.matchAll(/logic (?:signed )?\[[^\]]*\bTW\b[^\]]*\]\s+([\w\s,]+?)\s*(?=[;)=]|,\s*(?:input|output|parameter|localparam)\b)/g),
  ];
  const names = declared.flatMap(([, list]) => list.split(",").map((name) => name.trim()));
  const casts = [...code.matchAll(/\bTW'\(((?:[^()]|\([^()]*\))*)\)/g)].map(([, cast]) => `TW'(${cast})`);
  return [...new Set([...names, ...casts])].sort().join(" ");
}

test("the library has no other index than those that the rule and the naive walk follow", () => {
  const found = readdirSync(libraryFolder())
    .sort()
    .flatMap((name) => {
      const indices = indicesOf(readFileSync(join(libraryFolder(), name), "utf8"));
      return indices === "" ? [] : [[name, indices] as const];
    });
  expect(Object.fromEntries(found)).toEqual(FOLLOWED);
});
