/**
 * Random small SANA-FE pairs: mixed tiles and cores, every model and reset, delays, all kinds of edges. Weights are
 * sixteenths, so the order of sums does not matter.
 */
import type { Rng } from "../../../base/rng.js";
import type {
  AttributeMap,
  ChipPart,
  CorePart,
  EdgePart,
  GroupEdgePart,
  NeuronPart,
  PairPart,
  Price,
  SomaPart,
  TilePart,
} from "./description.js";

const pick = <T>(rng: Rng, items: readonly T[]): T => items[rng.int(0, items.length - 1)];
const chance = (rng: Rng, probability: number): boolean => rng.float() < probability;
const price = (rng: Rng): Price => ({ j: rng.int(0, 400) / 8e12, s: rng.int(0, 80) / 8e9 });
const sixteenths = (rng: Rng, low: number, high: number): number => rng.int(low * 16, high * 16) / 16;
const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function corePart(rng: Rng): CorePart {
  const buffer = pick(rng, ["soma", "soma", "before dendrite", "in dendrite", "axon_out"] as const);
  const somas: SomaPart["model"][] = [
    "leaky_integrate_fire",
    "input",
    "truenorth",
    ...(chance(rng, 0.4) ? (["leaky_integrate_fire"] as const) : []),
  ];
  return {
    ...{ copies: rng.int(1, 2), buffer, axonIn: price(rng), axonOut: price(rng) },
    synapses: many(rng.int(1, 3), (i) => ({ name: `s${i}`, spike: price(rng), everyStep: chance(rng, 0.1) })),
    dendrites: many(rng.int(1, 2), (i) => ({
      ...{ name: `d${i}`, delays: buffer === "in dendrite" && chance(rng, 0.6), update: price(rng), everyStep: chance(rng, 0.1) },
    })),
    somas: rng.shuffle(somas).map((model, i) => ({
      ...{ name: `n${i}`, model, access: price(rng), update: price(rng), spike: price(rng), everyStep: chance(rng, 0.1) },
    })),
  };
}

function chipPart(rng: Rng): ChipPart {
  const [width, height] = [rng.int(1, 4), rng.int(1, 3)];
  let left = rng.int(1, width * height);
  const tiles: TilePart[] = [];
  while (left > 0) {
    const copies = rng.int(1, left);
    left -= copies;
    tiles.push({
      copies,
      north: price(rng),
      east: price(rng),
      south: price(rng),
      west: price(rng),
      cores: many(rng.int(1, 2), () => corePart(rng)),
    });
  }
  const keys = [...new Set(many(rng.int(1, 4), () => rng.int(1, 8)))].sort((a, b) => a - b);
  const sync = chance(rng, 0.5) ? rng.int(0, 50) / 1e8 : keys.map((key): [number, number] => [key, rng.int(1, 90) / 1e8]);
  return { width, height, sync, tiles };
}

function somaAttributes(rng: Rng, model: SomaPart["model"]): AttributeMap {
  const maybe = (probability: number, map: () => AttributeMap): AttributeMap => (chance(rng, probability) ? map() : {});
  if (model === "input") {
    return {
      ...maybe(0.8, () => ({ spikes: many(rng.int(1, 12), () => rng.int(0, 1)) })),
      ...maybe(0.3, () => ({ rate: rng.int(1, 9) / 10 })),
    };
  }
  const modes = ["none", "soft", "hard", "saturate"];
  return {
    ...maybe(0.9, () => ({ threshold: sixteenths(rng, -1, 4) })),
    ...maybe(0.3, () => ({ reset: sixteenths(rng, -1, 1) })),
    ...maybe(0.6, () => ({ reset_mode: pick(rng, modes) })),
    ...maybe(0.4, () => ({ reverse_threshold: sixteenths(rng, -2, 0) })),
    ...maybe(0.3, () => ({ reverse_reset: sixteenths(rng, -1, 1) })),
    ...maybe(0.5, () => ({ reverse_reset_mode: pick(rng, modes) })),
    ...maybe(0.4, () => ({ bias: sixteenths(rng, -1, 1) })),
    ...maybe(0.2, () => ({ potential: sixteenths(rng, -2, 2) })),
    ...maybe(0.3, () => ({ force_update: chance(rng, 0.5) })),
    ...(model === "truenorth"
      ? { ...maybe(0.5, () => ({ leak: sixteenths(rng, 0, 1) })), ...maybe(0.4, () => ({ leak_towards_zero: chance(rng, 0.5) })) }
      : {
          ...maybe(0.5, () => ({ leak_decay: rng.int(0, 100) / 100 })),
          ...maybe(0.3, () => ({ input_decay: rng.int(0, 100) / 100 })),
          ...maybe(0.3, () => ({ refractory_delay: rng.int(0, 4) })),
        }),
  };
}

/** A dense, sparse or conv2d edge, with its synapses. */
function groupEdge(rng: Rng, from: number, to: number, groups: readonly { first: number; size: number }[]): GroupEdgePart {
  const [source, target] = [groups[from], groups[to]] as [{ first: number; size: number }, { first: number; size: number }];
  const synapse = (i: number, j: number, weight: number, delay: number): EdgePart => ({
    from: source.first + i,
    to: target.first + j,
    weight,
    delay,
    synapse: "",
  });
  const weights = (count: number): number[] => many(count, () => sixteenths(rng, -2, 3));
  const kind = pick(rng, ["dense", "sparse", "conv2d"]);
  if (kind === "dense") {
    const w = weights(source.size * target.size);
    const d = w.map(() => rng.int(0, 5));
    const rows = many(source.size, (i) => `[${w.slice(i * target.size, (i + 1) * target.size).join(", ")}]`);
    const attributes = `type: dense, weight: ${chance(rng, 0.5) ? `[${w.join(", ")}]` : `[${rows.join(", ")}]`}, dendrite: {delay: [${d.join(", ")}]}`;
    return {
      from,
      to,
      attributes,
      synapses: w.map((weight, k) => synapse(Math.trunc(k / target.size), k % target.size, weight, d[k])),
    };
  }
  if (kind === "sparse") {
    const pairs = many(rng.int(1, 6), () => [rng.int(0, source.size - 1), rng.int(0, target.size - 1)] as const);
    const w = weights(pairs.length);
    const delay = rng.int(0, 5);
    const attributes = `type: sparse, source_target_pairs: [${pairs.map((pair) => `[${pair.join(", ")}]`).join(", ")}], weight: [${w.join(", ")}], d: ${delay}`;
    return { from, to, attributes, synapses: pairs.map(([i, j], k) => synapse(i, j, w[k], delay)) };
  }
  // the largest input of two channels that the source holds, with a filter that fits it and the target
  const channels = source.size >= 2 && chance(rng, 0.5) ? 2 : 1;
  const width = rng.int(1, Math.min(3, Math.trunc(source.size / channels)));
  const height = Math.max(1, Math.min(3, Math.trunc(source.size / channels / width)));
  const [kw, kh] = [rng.int(1, width), rng.int(1, height)];
  const [sx, sy] = [rng.int(1, 2), rng.int(1, 2)];
  const [ow, oh] = [Math.trunc((width - kw) / sx) + 1, Math.trunc((height - kh) / sy) + 1];
  const outs = Math.trunc(target.size / (ow * oh));
  if (outs === 0) return { from, to, attributes: "type: sparse, source_target_pairs: [[0, 0]], w: 1", synapses: [synapse(0, 0, 1, 0)] };
  const w = weights(kw * kh * channels * outs);
  const attributes = `type: conv2d, input_width: ${width}, input_height: ${height}, input_channels: ${channels}, kernel_width: ${kw}, kernel_height: ${kh}, kernel_count: ${outs}, stride_width: ${sx}, stride_height: ${sy}, weight: [${w.join(", ")}]`;
  const synapses: EdgePart[] = [];
  // gathered from the inputs' side: the outputs that a position reaches, and the filter tap for each
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let o = 0; o < outs; o++)
          for (let oy = 0; oy < oh; oy++)
            for (let ox = 0; ox < ow; ox++) {
              const [fy, fx] = [y - oy * sy, x - ox * sx];
              if (fy < 0 || fx < 0 || fy >= kh || fx >= kw) continue;
              synapses.push(
                synapse((c * height + y) * width + x, (o * oh + oy) * ow + ox, w[((fy * kw + fx) * channels + c) * outs + o], 0),
              );
            }
  return { from, to, attributes, synapses };
}

/** `isNetlist`: without edges between groups; groups are named by number. */
export function randomPair(rng: Rng, isNetlist: boolean): PairPart {
  const chip = chipPart(rng);
  const places: { tile: number; offset: number; part: CorePart }[] = [];
  let tile = 0;
  for (const part of chip.tiles)
    for (let t = 0; t < part.copies; t++, tile++) {
      let offset = 0;
      for (const core of part.cores) for (let c = 0; c < core.copies; c++) places.push({ tile, offset: offset++, part: core });
    }
  const names = rng.shuffle(["layer.one", "in", "7", "out-put", "a_b"]);
  const groups: { name: string; first: number; size: number; model: SomaPart["model"]; shared: AttributeMap }[] = [];
  const neurons: NeuronPart[] = [];
  many(rng.int(2, 5), (g) => {
    const size = rng.int(1, 9);
    const model = g === 0 ? "input" : pick(rng, ["leaky_integrate_fire", "leaky_integrate_fire", "truenorth", "input"] as const);
    const shared = somaAttributes(rng, model);
    groups.push({ name: isNetlist ? String(g) : names[g], first: neurons.length, size, model, shared });
    for (let index = 0; index < size; index++) {
      const place = pick(rng, places);
      const own = chance(rng, 0.4) ? somaAttributes(rng, model) : {};
      const soma = pick(
        rng,
        place.part.somas.filter((one) => one.model === model),
      ).name;
      const dendrite = chance(rng, 0.5) ? pick(rng, place.part.dendrites).name : "";
      neurons.push({ group: g, index, attributes: { ...shared, ...own }, soma, dendrite, tile: place.tile, offset: place.offset });
    }
  });
  const edges = many(rng.int(3, 25), (): EdgePart | GroupEdgePart => {
    if (!isNetlist && chance(rng, 0.2)) return groupEdge(rng, rng.int(0, groups.length - 1), rng.int(0, groups.length - 1), groups);
    const [from, to] = [rng.int(0, neurons.length - 1), rng.int(0, neurons.length - 1)];
    const target = neurons[to];
    const { part } = places.find((place) => place.tile === target.tile && place.offset === target.offset) as (typeof places)[number];
    const synapse = chance(rng, 0.5) ? pick(rng, part.synapses).name : "";
    return { from, to, weight: sixteenths(rng, -2, 4), delay: chance(rng, 0.4) ? rng.int(1, 5) : 0, synapse };
  });
  return { chip, groups, neurons, edges, mapped: rng.shuffle(neurons.map((_, number) => number)) };
}
