/**
 * Random cases of ODIN and tinyODIN as files, and digests of their outputs.
 *
 * The cases reach what the recorded ones do not: thresholds, leaks, weights and counters at the ends of their ranges,
 * any address word, an acknowledge of one or of many cycles, output by event, runs that end in any state.
 */

import { sha256 } from "../../../base/hash.js";
import { createRng, type Rng } from "../../../base/rng.js";
import { NEURON_FIELDS, type NeuronWord } from "./aer-neurons.js";

export type Design = "odin" | "tinyodin";
type Range = readonly [low: number, high: number];

const draw = <T>(rng: Rng, ...values: readonly T[]): T => values[rng.int(0, values.length - 1)];
const lines = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join("");
const within = (rng: Rng, [low, high]: Range): number => rng.int(low, high);

/** Half of the addresses are of the documented kinds; the others are any word of the bus. */
function address(design: Design, rng: Rng, highest: number): number {
  const byte = rng.int(0, 255);
  const kind = rng.int(0, 8);
  if (design === "tinyodin") {
    if (kind > 4) return rng.int(0, 1023);
    return kind < 2 ? byte : kind === 2 ? 0x200 | byte : 0x100 | draw(rng, 255, 254, byte, highest);
  }
  if (kind > 4) return rng.int(0, 0x1ffff);
  if (kind === 4) return 0x10000 | (byte << 8) | rng.int(0, 255);
  return (byte << 8) | [0x07, draw(rng, 0x7f, 0xff, 0xff), 0x80, (rng.int(0, 31) << 3) | 1][kind];
}

function neuronRanges(design: Design, rng: Rng): { readonly [field in keyof NeuronWord]: Range } {
  const isOdin = design === "odin";
  const top = isOdin ? 255 : 2047;
  return {
    ...{ disable: [0, rng.int(0, 1)], leak_en: [rng.int(0, 1), 1] },
    leak: draw<Range>(rng, [0, 3], [0, 127], [127, 127]),
    thr: draw<Range>(rng, [0, 3], [1, 40], [top - 100, top], [top, isOdin ? 255 : 4095], [0, isOdin ? 255 : 4095]),
    core: isOdin ? draw<Range>(rng, [0, 8], [0, 255], [240, 255]) : draw<Range>(rng, [-5, 8], [-2048, 2047], [2040, 2047], [-2048, -2040]),
    ...{ ca_en: [rng.int(0, 1), 1], thetamem: draw<Range>(rng, [0, 8], [0, 255], [0, 0], [255, 255]) },
    ...{ ca_theta1: [0, draw(rng, 2, 7)], ca_theta2: [0, 7], ca_theta3: [0, 7] },
    ...{ ca_leak: draw<Range>(rng, [0, 3], [0, 31], [31, 31], [1, 1]), calcium: [0, 7], caleak_cnt: [0, draw(rng, 0, 31)] },
  };
}

/** The files of a case, as in a folder of recorded cases. */
export function verilogCase(design: Design, seed: number): Map<string, string> {
  const rng = createRng(seed, `${design} Verilog`);
  const isOdin = design === "odin";
  const delay = (): number => draw(rng, 0, 0, 0, 1, 2, 5, 17);
  const limit = draw(rng, rng.int(1, 60), rng.int(60, 900), 2500, 6000, 6000);
  const highest = draw(rng, 0, 1, 7, 8, 31, 100, 127, 255, 255);
  const settings = {
    ...(isOdin ? {} : { max_neur: highest }),
    ...{ open_loop: rng.int(0, 1), aer_src_ctrl_nneur: draw(rng, 0, 0, 1) },
    ...(isOdin ? { update_unmapped: rng.int(0, 1), propagate_unmapped: rng.int(0, 1), sdsp_on_syn_stim: rng.int(0, 1) } : {}),
    ...{ req_fall_delay: delay(), req_gap: delay(), ack_up_delay: delay(), ack_dn_delay: delay(), limit },
    percycle: !isOdin && limit < 900 ? 1 : 0,
  };
  const spread = draw(rng, 0, 1, 6, 40, 600);
  let notBefore = draw(rng, 0, 0, 1, 10);
  const inputs = Array.from({ length: draw(rng, 1, 5, 20, 60) }, (_, i) => {
    const row = `${i},${notBefore},${address(design, rng, highest)}`;
    notBefore += rng.int(0, spread);
    return row;
  });
  const density = draw(rng, 0.05, 0.4, 1);
  const nibble = draw(rng, [0, 15], [0, 15], [7, 9], [14, 15]) as Range;
  const digit = (): string => (rng.float() < density ? within(rng, nibble).toString(16) : "0");
  const synapses = Array.from({ length: 256 }, (_, row) => `${row} ${Array.from({ length: 256 }, digit).join("")}`);
  const ranges = neuronRanges(design, rng);
  const fields = isOdin ? NEURON_FIELDS : (["disable", "leak", "thr", "core"] as const);
  const neurons = Array.from({ length: 256 }, (_, i) => [i, ...fields.map((field) => within(rng, ranges[field]))].join(","));
  const inhibiting = draw(rng, 0, 0.3);
  return new Map([
    ["case.json", JSON.stringify(settings)],
    ["case.txt", lines(Object.entries(settings).map(([name, value]) => `${name} ${value}`))],
    ["input.csv", lines(["seq,not_before,addr", ...inputs])],
    ["syn.hex", lines(synapses)],
    ["neur_init.csv", lines([["neuron", ...fields].join(","), ...neurons])],
    ...(isOdin ? [["sign.txt", `${Array.from({ length: 256 }, () => (rng.float() < inhibiting ? 1 : 0)).join(" ")}\n`] as const] : []),
  ]);
}

/** Digest of a run's output files; the order and the spaces of `summary.json` do not count, nor do unvisited states. */
export function outputDigest(outputs: ReadonlyMap<string, string>): string {
  const texts = [...outputs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${name}\n${name === "summary.json" ? canonical(text) : text}`);
  return sha256(texts.join("\n")).slice(0, 16);
}

function canonical(text: string): string {
  const { state_cycles: states, ...rest } = JSON.parse(text) as { state_cycles: { [state: string]: number } };
  const visited = Object.entries(states).filter(([, cycles]) => cycles > 0);
  return JSON.stringify([Object.entries(rest).sort(), visited.sort()]);
}
