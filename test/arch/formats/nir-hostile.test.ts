/** NIR files that HDF5 allows and no exporter writes: links that lead back, and floats of other widths. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync, inflateSync } from "node:zlib";
import hdf5 from "h5wasm/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NODE_TYPES } from "../../../arch/formats/nir/node-types.js";
import { readNir } from "../../../arch/index.js";

const folder = mkdtempSync(join(tmpdir(), "nir-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await hdf5.ready;
});

type Group = InstanceType<typeof hdf5.Group>;

const text = (group: Group, name: string, data: string): void => {
  group.create_dataset({ name, data, shape: [], dtype: "S" });
};

/** A graph of one Linear node, whose weight is an array of 2 x 1 of `dtype`, and what `change` makes of the file. */
function written(name: string, dtype: string, data: unknown, change: (root: Group, nodes: Group) => void = () => {}): string {
  const path = join(folder, name);
  const file = new hdf5.File(path, "w");
  const root = file as unknown as Group;
  text(root, "version", "1.0.7");
  const graph = root.create_group("node");
  text(graph, "type", "NIRGraph");
  graph.create_dataset({ name: "edges", data: ["a", "b"], shape: [1, 2], dtype: "S" });
  const nodes = graph.create_group("nodes");
  for (const node of ["a", "b"]) {
    const linear = nodes.create_group(node);
    text(linear, "type", "Linear");
    linear.create_dataset({ name: "weight", data: data as never, shape: [1, 1], dtype } as never);
  }
  change(root, nodes);
  file.close();
  return path;
}

test("a NIR file without links that lead back is read", async () => {
  const { graph } = await readNir(written("sound.nir", "<f", Float32Array.of(0.5)));
  expect([...graph.nodes.keys()]).toEqual(["a", "b"]);
});

test("a graph that holds itself, once or twice, and metadata that hold themselves are refused and not followed", async () => {
  const once = written("once.nir", "<f", Float32Array.of(0.5), (_, nodes) => nodes.create_hard_link("/node", "again"));
  await expect(readNir(once)).rejects.toThrow(/groups are nested more than 32 deep/);
  const twice = written("twice.nir", "<f", Float32Array.of(0.5), (_, nodes) => {
    nodes.create_hard_link("/node", "again");
    nodes.create_hard_link("/node", "and-again");
  });
  await expect(readNir(twice)).rejects.toThrow(/groups are nested more than 32 deep/);
  const metadata = written("metadata.nir", "<f", Float32Array.of(0.5), (root) => {
    (root.get("node") as Group).create_group("metadata").create_hard_link("/node/metadata", "again");
  });
  await expect(readNir(metadata)).rejects.toThrow(/groups are nested more than 32 deep/);
});

test("links that multiply a node at each level are refused by the number of nodes", { tags: ["long"] }, async () => {
  const wide = written("wide.nir", "<f", Float32Array.of(0.5), (root) => {
    let inner = "/node/nodes/a";
    for (let level = 0; level < 20; level++) {
      const group = root.create_group(`level${level}`);
      text(group, "type", "NIRGraph");
      group.create_dataset({ name: "edges", data: ["left", "right"], shape: [1, 2], dtype: "S" });
      const nodes = group.create_group("nodes");
      for (const side of ["left", "right"]) nodes.create_hard_link(inner, side);
      inner = `/level${level}`;
    }
    (root.get("node/nodes") as Group).create_hard_link(inner, "wide");
  });
  await expect(readNir(wide)).rejects.toThrow(/has more than \d+ nodes, which its bytes cannot hold/);
});

/** A Linear node with a weight of one float16, deflated: h5py wrote it, as the library here does not. */
const HALF = [
  "6/RwcePlkuJi5uBggIH/UMANFTKAiqs8/7fS38MliEmhTJ47GxlXMAkha4QBLiYGRgYGNqAcIwN7WWpRcWZ+3mGoYWz8IFGWvPyU",
  "1POMUDF9BlKBixTPebCTGBkYGVkYGJiAYswcDIzCQCOZgWxWoAuYuTiALmBhZIB6hxmm+QzDsAJ6W659JSd6IBFRUlmQmsQEjRtB",
  "kBBbeWpmekZJHiy8DEh30vvZZpy4oocNLXqYodHDNkyj53znqzPwsFABhgUTIyMs4eOimUUYGAUV+Bkg8SLAwMXKwMWPFm6c0HBj",
  "glm0YPCHRVnhvR0Mo2AUjIIBBoZ6Bj6ZeamJRQwWAA==",
].join("");

/**
 * Where its datatype begins, and the checksum (Jenkins, lookup3) of the header that holds it; its last bytes are the
 * weight.
 */
const [TYPE_AT, CHECKSUM_AT] = [930, 1142];

/** The weight that is read where the file has this pattern, and what `change` makes of it. */
async function weightOf(pattern: number, change: (bytes: Buffer) => void = () => {}): Promise<unknown> {
  const bytes = inflateRawSync(Buffer.from(HALF, "base64"));
  bytes.writeUInt16LE(pattern, bytes.length - 2);
  change(bytes);
  const path = join(folder, "half.nir");
  writeFileSync(path, bytes);
  const { graph } = await readNir(path);
  return [...graph.nodes.values()].map(({ fields }) => fields.get("weight"))[0];
}

test("a half is sign, exponent and fraction as IEEE 754 says, in either order of bytes", async () => {
  const isBig = (bytes: Buffer): void => {
    bytes[TYPE_AT + 1] |= 1;
    Buffer.from([122, 124, 47, 52]).copy(bytes, CHECKSUM_AT);
  };
  for (const [sign, exponent, fraction] of [
    [0, 14, 0],
    [1, 1, 1],
    [0, 30, 1023],
    [1, 14, 341],
    [1, 0, 3],
  ]) {
    const pattern = (sign << 15) | (exponent << 10) | fraction;
    const size = exponent === 0 ? fraction / 2 ** 24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    const read = { shape: [1, 1], data: Float64Array.of(sign === 1 ? -size : size), dtype: "f4" };
    expect(await weightOf(pattern)).toEqual(read);
    expect(await weightOf(((pattern & 0xff) << 8) | (pattern >> 8), isBig)).toEqual(read);
  }
  await expect(weightOf(0x7c00)).rejects.toThrow(/weight: element 0 is Infinity, expected finite numbers/);
});

test("floats of 16 bits with the exponent of bfloat16 are refused, since their numbers would be others", async () => {
  const isBfloat16 = (bytes: Buffer): void => {
    Buffer.from([7, 8, 0, 7, 127, 0, 0, 0]).copy(bytes, TYPE_AT + 12);
    Buffer.from([145, 16, 119, 99]).copy(bytes, CHECKSUM_AT);
  };
  await expect(weightOf(0x3f80, isBfloat16)).rejects.toThrow(/weight: holds floats of 16 bits that are not IEEE 754 binary16/);
});

test("a field without values is refused by name in every type of node; only a shape may have no axes", async () => {
  let refused = 0;
  for (const [type, fields] of Object.entries(NODE_TYPES))
    for (const [empty, { mayBeEmpty }] of Object.entries(fields)) {
      const path = written(`empty-${type}-${empty}.nir`, "<f", Float32Array.of(0.5), (_, nodes) => {
        const node = nodes.create_group("n");
        text(node, "type", type);
        for (const [name, { kind }] of Object.entries(fields)) {
          const data = name === empty ? [] : [1];
          const values = kind === "reals" ? Float32Array.from(data) : BigInt64Array.from(data, BigInt);
          node.create_dataset({ name, data: values, shape: [data.length], dtype: kind === "reals" ? "<f" : "<q" });
        }
      });
      const read = readNir(path);
      if (mayBeEmpty) {
        await expect(read, `${type} ${empty}`).resolves.toBeDefined();
        continue;
      }
      await expect(read, `${type} ${empty}`).rejects.toThrow(`n/${empty}: has shape [0], so no value, expected at least one`);
      refused++;
    }
  expect(refused).toBeGreaterThan(50);
});

/** A file whose node n has a weight of 16 x 16 numbers, packed by gzip, and where their stream begins. */
function packed(): { readonly bytes: Buffer; readonly streamAt: number } {
  const weight = Float32Array.from({ length: 256 }, (_, i) => i / 8);
  const path = written("packed.nir", "<f", Float32Array.of(0.5), (_, nodes) => {
    const node = nodes.create_group("n");
    text(node, "type", "Linear");
    const pieces: { chunks: number[]; compression: "gzip" } = { chunks: [16, 16], compression: "gzip" };
    node.create_dataset({ name: "weight", data: weight, shape: [16, 16], dtype: "<f", ...pieces });
  });
  const bytes = readFileSync(path);
  const holds = (at: number): boolean => {
    try {
      return inflateSync(bytes.subarray(at)).equals(Buffer.from(weight.buffer));
    } catch {
      return false; // no stream begins here
    }
  };
  const streamAt = bytes.findIndex((byte, at) => byte === 0x78 && holds(at));
  return { bytes, streamAt };
}

test("packed values that fail the checksum of their stream are refused, never read as what lies in memory", async () => {
  const { bytes, streamAt } = packed();
  expect(streamAt).toBeGreaterThan(0);
  const path = join(folder, "changed.nir");
  writeFileSync(path, bytes);
  const { graph } = await readNir(path);
  expect(graph.nodes.get("n")?.fields.get("weight")).toMatchObject({
    shape: [16, 16],
    data: Float64Array.from({ length: 256 }, (_, i) => i / 8),
  });
  for (const [at, by] of [
    [0, 0xff],
    [1, 0x20],
    [20, 0x01],
    [40, 0x80],
    [100, 0xff],
  ]) {
    const changed = Buffer.from(bytes);
    changed[streamAt + at] ^= by;
    writeFileSync(path, changed);
    await expect(readNir(path), `byte ${at}`).rejects.toThrow(/n\/weight: is damaged: filter returned failure during read/);
  }
});

/** A Linear node n with a weight of 16 x 16 zeros, packed by lzf: h5py wrote it, deflated. */
const LZF = [
  "6/RwcePlkuJi5uBggIH/UOAiAeEbQMX5RByv+3u4BDEpPMsWyEbGFUxCyBphgIuJgZGBgQ0ox8jAXpZaVJyZn3cYahgbP0iUJS8/JfU8",
  "I1RMn4FUoL5sczXYSYwMjIwsDAxMQDFmEQZGSUZGBgEgG4QhpnMwsAJdw8zEAXQNCyMD1LcCMIMOMAx5EMOkWUtO9EAioqSyIDWJCRo3",
  "AiAh1tSU9NTiPGYUMVB8FVexQK2UJeCkN5YX35ETPQISwy969niz8sDDQgUYFkyMjLCEDw13BnQ+MwcDozAjRBwcPlyQ8FGQQFXHsGZo",
  "hcWERrtb5CRVHlBQMObxskLN8aCek5z3+O2jLPcsgLqKTRAkxFaempmeUbKGjQG1ECUBODb+CiUn9ygNw9yTWR77Cj33wPyHiwaFlaCC",
  "PAOktFJgEOdgEK+H5SRubikGRqBptSzAMGRmyKlKA6tjBQUokMEBLNpYmJiYGQUEWBiFkBxiBA1chvIBC4tZwbcvUsssUOkuwIEofdyd",
  "/X0YkQKREUkdCBjqGaCUPLBWg59nkHtRYkEGTB0s2ftk5qUmFiHsW8HPMApGwSgYBaNgFIyCUTAKRsEoGAWjYBSMggEGHEjjAaA+fl4e",
  "G5IIM2RE4MF/GLoN4gIA",
].join("");

test("values that a filter of others has packed, as Blosc those of DSEC, are refused by its name", async () => {
  const path = join(folder, "lzf.nir");
  writeFileSync(path, inflateRawSync(Buffer.from(LZF, "base64")));
  await expect(readNir(path)).rejects.toThrow(/n\/weight: is packed by the filter lzf, which cannot be unpacked\s+write it with gzip/);
});
