/**
 * Every index and address that the cores of an emitted chip form, followed in numbers without a width from the emitted
 * text alone: parameters in `chip.sv`, and images. Obvious, and never fast.
 */

type Files = { readonly [name: string]: string };

/** An instance of the core: numbers and names of files, tables, and the width of its indices. */
interface Emitted {
  readonly number: (name: string) => number;
  readonly file: (name: string) => readonly bigint[];
  /** Words of a bank of weights. */
  readonly bank: (bank: number) => readonly bigint[];
  readonly table: (name: string) => readonly (readonly number[])[];
}

const wordsOf = (text: string): bigint[] => text.split("\n").flatMap((line) => (line === "" ? [] : [BigInt(`0x${line}`)]));

/** Instances of the core in `chip.sv`. */
function coresIn(files: Files): readonly Emitted[] {
  const text = files["chip.sv"];
  return [...text.matchAll(/core #\(([\s\S]*?)\n {2}\) core_\d+ \(/g)].map(([, parameters]) => {
    const textOf = (name: string): string | null => new RegExp(`\\.${name}\\(([^()]*)\\)`).exec(parameters)?.[1] ?? null;
    const nameOf = (name: string): string => (textOf(name) ?? "").replaceAll('"', "");
    return {
      number: (name) => Number(textOf(name) ?? 0),
      file: (name) => wordsOf(files[nameOf(name)]),
      bank: (bank) => wordsOf(files[`${nameOf("WEIGHTS")}_${bank.toString(16).padStart(2, "0")}.hex`]),
      // the first record is written last
      table: (name) =>
        [...(textOf(name) ?? "").matchAll(/\{([^{}]+)\}/g)]
          .map(([, fields]) => [...fields.matchAll(/'d(-?\d+)/g)].map(([, value]) => Number(value)))
          .reverse(),
    };
  });
}

/** Largest value per kind of index. */
class Largest {
  readonly values = new Map<string, number>();
  see(kind: string, ...values: readonly number[]): void {
    for (const value of values) this.values.set(kind, Math.max(value, this.values.get(kind) ?? 0));
  }
}

/** Batches of a slice, as `soma.sv` and `walk.sv` take them. */
function followSoma({ number, table, file }: Emitted, seen: Largest): void {
  const [units, words, grainBits] = [number("UNITS"), number("STATE_WORDS"), number("ST_GRAN")];
  const grainsPerWord = number("ST_WORD") / grainBits;
  seen.see("row of a batch's parameters", file("OWN").length - 1);
  seen.see("units", units);
  seen.see("bits of a grain", grainBits);
  const steps = table("STEPS");
  for (const [s, start] of table("STARTS").entries()) {
    const [neurons, firstNeuron] = [start[0], start[8]];
    const [places, perWord, , , placeStep, sumPlaces, sumsPerWord, , , sumStep, grains] = steps[s];
    seen.see("neuron", firstNeuron + neurons - 1);
    const follow = (
      kind: string,
      per: number,
      each: number,
      step: number,
      most: number,
      batch: (place: number, n: number) => void,
    ): void => {
      let place = 0;
      for (let left = neurons; left > 0; left -= units) {
        const n = Math.min(left, units);
        seen.see(kind, place + n * each);
        for (let k = 1; k < most; k++) seen.see(kind, k * per);
        batch(place, n);
        place = (place + step) % Math.max(per, 1);
      }
    };
    follow("end of a batch's states", perWord, places, placeStep, words, (place, n) => {
      for (let u = 0; u < n; u++) {
        const at = place + u * places;
        const k = Math.min(Math.floor(at / perWord), words - 1);
        seen.see("grain of a state", k * grainsPerWord + (at - k * perWord) * grains);
      }
    });
    follow("end of a batch's sums", sumsPerWord, sumPlaces, sumStep, number("ACC_WORDS"), () => {});
  }
}

/** Rows that follow each other, as `dense_rows.sv` and `scan.sv` read them. */
function followDense({ number, table }: Emitted, seen: Largest): void {
  const sources = table("SOURCES");
  seen.see("axon of a vector", number("AXONS") - 1);
  seen.see("weights of a group", number("GROUP"));
  for (const [p, [from, to, first, stride, , own]] of sources.entries()) {
    if (from === to) continue;
    const next = sources.slice(p + 1).find(([a, b]) => a < b);
    const neurons = (next === undefined ? number("AXONS") : next[6]) - sources[p][6];
    seen.see("word of a dense row", first + (neurons - 1) * stride + (own < stride ? own : 0));
  }
}

/** A word of an image, cut into fields of `bits` bits, the first field highest. */
const fieldsOf = (word: bigint, count: number, bits: number): number[] =>
  Array.from({ length: count }, (_, i) => Number((word >> BigInt((count - 1 - i) * bits)) & ((1n << BigInt(bits)) - 1n)));

/** Axons, rows and synapses, as `named_rows.sv` and `positions.sv` read them. */
function followNamed({ number, table, file, bank }: Emitted, seen: Largest): void {
  const [bits, banks, weight] = [number("TW"), number("SY_BANKS"), number("WEIGHT")];
  const images = Array.from({ length: banks }, (_, b) => bank(b));
  const axons = file("AXON_TABLE").map((word) => fieldsOf(word, 2, bits));
  const segments = file("SEGMENT_TABLE").map((word) => fieldsOf(word, 8, bits));
  const kinds = table("KIND_TABLE");
  seen.see("axon", axons.length - 1);
  seen.see("route", file("ROUTE_TABLE").length - 1);
  seen.see("mask of a bank", banks - 1);
  for (const [from, to] of axons) {
    seen.see("end of an axon's rows", to);
    for (const [kind, address, firstColumn, firstRow, firstTarget, firstWord, firstBit, count] of segments.slice(from, to)) {
      const [columns, rows, used, ...rest] = kinds[kind];
      const [steps, [group, itemBits, ...bases]] = [rest.slice(0, 9), rest.slice(9)];
      seen.see("synapses of a row", count);
      seen.see("synapses of a group", group);
      let [column, row, target, word, bit] = [firstColumn, firstRow, firstTarget, firstWord, firstBit];
      let hand = -1;
      let window = -1;
      for (let i = 0; i < count; i++) {
        if (i % group === 0) window = -1;
        if (word !== hand) {
          if (window >= 0) seen.see("end of a window", window + banks);
          if (window < 0 || word >= window + banks) window = word;
          hand = word;
        }
        seen.see("word of a row", address + word);
        const item = images[(address + word) % banks][Math.floor((address + word) / banks)] >> BigInt(bit);
        const sum = itemBits === 0 ? target : Number((item >> BigInt(weight)) & ((1n << BigInt(itemBits - weight)) - 1n));
        seen.see("target", sum);
        for (const base of bases) seen.see("word of a sum", base + Math.floor(sum / number("ACC_PER_WORD")));
        const [lastColumn, lastRow] = [column + 1 === columns, row + 1 === rows];
        seen.see("position", row + 1, columns === 0 ? 0 : column + 1);
        const at = !lastColumn ? 0 : !lastRow ? 3 : 6;
        if (i + 1 === count) break;
        [target, word, bit] = [target + steps[at], word + steps[at + 1], bit + steps[at + 2]];
        seen.see("bit of a synapse, before it goes on to the next word", bit);
        if (bit >= used) [word, bit] = [word + 1, bit - used];
        [column, row] = [lastColumn ? 0 : column + 1, !lastColumn ? row : lastRow ? 0 : row + 1];
      }
    }
  }
}

/** Width of the indices of a chip, and the largest index of each kind in any of its cores. */
export function naiveIndices(files: Files): { readonly bits: number; readonly largest: ReadonlyMap<string, number> } {
  const cores = coresIn(files);
  const seen = new Largest();
  const steps = wordsOf(files["steps.hex"]).map(Number);
  for (const core of cores) {
    const { number, table } = core;
    const depths = table("DEPTHS").flat();
    seen.see("wave", Math.max(...steps) + Math.max(...depths));
    seen.see("words at once", 2 * number("ST_BANKS"), number("STATE_WORDS") + number("ACC_WORDS"), number("SY_BANKS"));
    for (const name of ["POPULATIONS", "STARTS", "STEPS", "ENTERS", "ROUNDS", "LEAVES", "RESETS", "SOURCES", "SEGMENTS", "KIND_TABLE"])
      seen.see("field of a record", ...table(name).flat());
    followSoma(core, seen);
    if (number("KINDS") === 0) followDense(core, seen);
    else followNamed(core, seen);
  }
  return { bits: cores[0].number("TW"), largest: seen.values };
}
