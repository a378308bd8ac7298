/**
 * Bytes by content, through a folder and through a server: what comes back is what was sent, or nothing, and then it
 * can be sent again.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MIB } from "../../base/bytes.js";
import { sha256 } from "../../base/hash.js";
import { decodeFunctional, decodeSamples, encodeFunctional, encodeSamples } from "../../sweeps/engine/parcel.js";
import { FolderBlobs, ServerBlobs } from "../../sweeps/engine/transfer.js";
import { hindrance, Server } from "./server.js";

const folder = mkdtempSync(join(tmpdir(), "transfer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Longer than the name of a file may be: names of several inputs are joined, and a graph's nodes have any name. */
const LONG = "n".repeat(3000);

test("samples and functional runs survive their parcels bit for bit, from any offset in memory, with names of any length", () => {
  const samples = {
    name: `s/${LONG}`,
    inputs: 2,
    classes: 3,
    task: "frames",
    features: Float32Array.of(0.1, -0, 3, 4, 5e-40, 6),
    frameStart: Uint32Array.of(0, 1, 3),
    labels: Int32Array.of(2, -1, 0),
    hash: "h",
  } as const;
  const bytes = Buffer.concat([Buffer.alloc(3), encodeSamples(samples)]).subarray(3);
  expect(decodeSamples(bytes)).toEqual(samples);
  const features = { entryStart: Uint32Array.of(0, 2, 2, 3), place: Uint32Array.of(0, 1, 1), value: Uint16Array.of(1, 65_535, 2) };
  const sparse = { ...samples, features };
  expect(decodeSamples(Buffer.concat([Buffer.alloc(1), encodeSamples(sparse)]).subarray(1))).toEqual(sparse);
  const level = { level: Uint8Array.of(9, 0, 255, 1, 1, 7), value: Float32Array.from({ length: 256 }, (_, at) => at / 255) };
  const levels = { ...samples, features: level };
  expect(decodeSamples(Buffer.concat([Buffer.alloc(2), encodeSamples(levels)]).subarray(2))).toEqual(levels);
  const population = {
    name: LONG,
    neurons: 3,
    accumulators: 1,
    states: 1,
    depth: 0,
    payloadBits: 4,
    rests: true,
    update: { requantises: 1, multiplies: 1, additions: 1, lutReads: 0 },
  };
  const trace = {
    topology: { populations: [population], projections: [] },
    stepStart: Uint32Array.of(0, 1),
    eventStart: Uint32Array.of(0, 2),
    neuron: Uint16Array.of(0, 2),
    payload: Int16Array.of(-3, 1),
    key: "ab".repeat(32),
  };
  const layer = {
    ...{ name: LONG, payloadBits: 4, weightBits: 4, spikes: 2, density: 0.5, macs: 1, acs: 2, effective: 1, bitSerialAcs: 8 },
    ...{ elementMultiplies: 1, elementAdds: 1, lutReads: 0, denseEquivalent: 4 },
  };
  const operations = { frames: 1, utterances: 1, layers: [layer], accumulatorOverflows: 0, stateSaturations: 2, neurobench: null };
  const functional = {
    key: "cd".repeat(32),
    correct: 1,
    scored: 1,
    errors: { utterances: Uint32Array.of(3, 7), scored: Uint32Array.of(0, 1), wrong: Uint32Array.of(0, 0) },
    operations,
    lostMessages: null,
    multiplicationsPerFrame: 1.5,
    trace,
    placedBy: trace,
    timedUtterances: Uint32Array.of(7),
    modelHash: "m",
    dataHash: "d",
  };
  const again = decodeFunctional(encodeFunctional(functional));
  expect(again).toEqual(functional);
  expect(again.placedBy).toBe(again.trace);
  const onChip = { ...functional, lostMessages: 5, placedBy: { ...trace, payload: Int16Array.of(2, 1), key: "ef".repeat(32) } };
  expect(decodeFunctional(encodeFunctional(onChip))).toEqual(onChip);
});

test("through a folder: stored once, found again, given up and stored again when changed; an address is never a path", async () => {
  const blobs = new FolderBlobs(folder);
  const bytes = randomBytes(1000);
  const address = await blobs.put(bytes, "x");
  expect(address).toBe(sha256(bytes));
  expect(await blobs.put(bytes, "x")).toBe(address);
  expect(readdirSync(folder)).toEqual([`${address}.blob`]);
  expect(Buffer.from((await blobs.get(address)) ?? []).equals(bytes)).toBe(true);
  expect(await blobs.get("0".repeat(64))).toBeNull();
  for (const content of ["", "something else", Buffer.alloc(bytes.length)]) {
    writeFileSync(join(folder, `${address}.blob`), content);
    expect(await blobs.get(address)).toBeNull();
    expect(await blobs.put(bytes, "x")).toBe(address);
    expect(Buffer.from((await blobs.get(address)) ?? []).equals(bytes)).toBe(true);
  }
  writeFileSync(join(folder, `${address}.blob`), "cut");
  await blobs.put(bytes, "x"); // nobody has read it since
  expect(Buffer.from((await blobs.get(address)) ?? []).equals(bytes)).toBe(true);
  const other = "1".repeat(64);
  mkdirSync(join(folder, `${other}.blob`));
  await expect(blobs.get(other)).rejects.toThrow(/it is no regular file/);
  const large = { length: 2 ** 31 } as Uint8Array;
  await expect(blobs.put(large, "the data set big")).rejects.toThrow(/the data set big: is 2048\.0 MiB; at most 2048\.0 MiB/);
  for (const wrong of ["../../etc/passwd", "/etc/passwd", `${"0".repeat(63)}/`, ""])
    await expect(blobs.get(wrong)).rejects.toThrow(/64 hex digits/);
  expect(() => new FolderBlobs(join(folder, "nowhere"))).toThrow(/there is no folder/);
});

describe.skipIf(hindrance !== null)("through a server", () => {
  let server: Server;
  let client: Redis;
  beforeAll(async () => {
    server = await Server.start();
    client = new Redis(server.url);
  });
  afterAll(async () => {
    client?.disconnect();
    await server?.end();
  });

  test("nine megabytes that cannot be packed go in pieces, and one that nobody stored is a miss", async () => {
    const blobs = new ServerBlobs(client, "t");
    const bytes = randomBytes(9 * MIB);
    const address = await blobs.put(bytes, "x");
    expect(bytes.equals((await blobs.get(address)) ?? Buffer.alloc(0))).toBe(true);
    expect((await client.keys(`t:blob:${address}:*`)).length).toBe(3);
    expect(await blobs.get("1".repeat(64))).toBeNull();
  });

  test("whichever key the server loses or somebody changes, it is a miss, and what is sent again is whole", async () => {
    const blobs = new ServerBlobs(client, "t", MIB, 4096);
    const bytes = randomBytes(5000);
    const address = await blobs.put(bytes, "x");
    const keys = await client.keys(`t:blob:${address}*`);
    expect(keys.length).toBe(3);
    const harms: { readonly [what: string]: (key: string) => Promise<unknown> } = {
      deleted: (key) => client.del(key),
      cut: (key) => client.set(key, ""),
      changed: (key) => client.setrange(key, 1, "changed"),
      longer: (key) => client.append(key, "9".repeat(5000)),
      "a list": async (key) => (await client.del(key)) + (await client.rpush(key, "1 1")),
    };
    for (const key of keys)
      for (const [what, harm] of Object.entries(harms))
        for (const isReadFirst of [true, false]) {
          if (!isReadFirst && what !== "deleted" && key !== `t:blob:${address}`) continue; // only who reads it can know
          await harm(key);
          if (isReadFirst) expect(await blobs.get(address), `${key}, ${what}`).toBeNull();
          expect(await blobs.put(bytes, "x")).toBe(address);
          expect(bytes.equals((await blobs.get(address)) ?? Buffer.alloc(0)), `${key}, ${what}`).toBe(true);
        }
  });

  test("too large is said before anything is sent, and what unpacks to more than it says is stopped there", async () => {
    const blobs = new ServerBlobs(client, "t", 1000);
    await expect(blobs.put(new Uint8Array(1001), "the data set big")).rejects.toThrow(
      /the data set big: is 0\.0 MiB; at most .* --shared-dir DIR/s,
    );
    const address = "2".repeat(64);
    await client.set(`t:blob:${address}:0`, deflateRawSync(Buffer.alloc(50 * 2 ** 20)));
    for (const sizes of ["1000 1", "9999999999 1", "1000 9999", "1000 0"]) {
      await client.set(`t:blob:${address}`, sizes);
      expect(await blobs.get(address), sizes).toBeNull();
    }
  });
});
