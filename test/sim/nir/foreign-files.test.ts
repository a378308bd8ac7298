/**
 * Files that are not spike files: tables of events of another kind, and binary files. Each is refused by name, none is
 * read as a grid.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { parseSpikeCsv } from "../../../arch/formats/spike-csv.js";
import { InputError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { readSpikeSamples } from "../../../training/datasets/spike-file.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-foreign-"));
afterAll(() => rmSync(folder, { recursive: true }));
const SEED = 9;

/** The error for a file; empty if it is accepted. */
async function saidOf(name: string, content: string | Uint8Array, labels: string | null = null): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, content);
  try {
    await readSpikeSamples({ path, stepSeconds: 1e-3, labels, inputs: null });
    return "";
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(folder, "");
    throw error;
  }
}

const numbers = (columns: number): string =>
  Array.from({ length: 3 }, (_, row) => Array.from({ length: columns }, (_, c) => row + c).join(",")).join("\n");

describe("F9: a table of events is never read as a grid", () => {
  const HEADERS = [
    "x,y,t,p",
    "t,x,y,p",
    "P, T, Y, X",
    "timestamp,x,y,polarity",
    "ts,x,y,pol",
    '"x","y","ts","p"',
    "x_addr,y_addr,time (us),polarity",
    "t_us,row,col,p",
    "# t,x,y,p",
    "timestamp [us],column,row,polarity",
    "x,y,p",
    "time,neuron",
    "timestep,neuron_id",
    "t,unit",
    "addr,ts",
    "step,n0,n1",
    "index,n0,n1",
    "sample,n0,n1",
  ];
  test.each(HEADERS)("%s", async (header) => {
    for (const start of ["", "\ufeff"]) {
      const said = await saidOf("events.csv", `${start}${header}\n${numbers(header.split(",").length)}\n`);
      expect(said).toMatch(/^\/events\.csv: its header names /);
      expect(said).toContain("events need a header of step,neuron");
      expect(said).toContain("neuron = (p * height + y) * width + x");
    }
  });

  test.each(["t x y p", "x;y;t;p", "x\ty\tt\tp"])("%s, whose separator is no comma", (header) => {
    expect(() => parseSpikeCsv(`${header}\n1\n`, "f")).toThrow(/its header names .*events of a camera/);
  });

  test("every order of the columns x, y, t, p is refused", () => {
    const orders = (left: readonly string[]): string[][] =>
      left.length === 0 ? [[]] : left.flatMap((one) => orders(left.filter((other) => other !== one)).map((rest) => [one, ...rest]));
    const all = orders(["x", "y", "t", "p"]);
    expect(all).toHaveLength(24);
    for (const header of all) expect(() => parseSpikeCsv(`${header.join(",")}\n1,2,3,1\n`, "f")).toThrow(/events of a camera/);
  });

  test("NumPy records with these fields are refused with the same message, other records as records", async () => {
    const npy = (descr: string, bytes: number): Uint8Array => {
      const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }`.padEnd(117);
      return Buffer.concat([Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0]), Buffer.from(`${header}\n`), Buffer.alloc(bytes)]);
    };
    const dvs = "[('x', '<i2'), ('y', '<i2'), ('t', '<i8'), ('p', '|b1')]";
    expect(await saidOf("dvs.npy", npy(dvs, 13))).toMatch(/its header names x, y, t, p: events of a camera/);
    expect(await saidOf("two.npy", npy("[('a', '<f4'), ('b', '<f4')]", 8))).toMatch(/holds records of a, b, expected numbers/);
  });

  test("a column without a name and an unknown column are refused; names of neurons are accepted", () => {
    expect(() => parseSpikeCsv(",a,b\n0,1,1\n", "f")).toThrow(/column 1 of its header has no name.*pandas: index=False/s);
    expect(() => parseSpikeCsv("step,neuron,weight\n0,1,1\n", "f")).toThrow(/column 3 of its header is "weight"/);
    expect(() => parseSpikeCsv("step,neuron,step\n0,1,1\n", "f")).toThrow(/column 3 of its header is "step"/);
    for (const header of ["a,b,c", "x,y,z", "neuron 0,neuron 1,neuron 2", "n_0,n_1,n_2", "channel 1,channel 2,channel 3"])
      expect(parseSpikeCsv(`${header}\n0,1,0\n`, "f")[0].neurons, header).toBe(3);
    expect(parseSpikeCsv("\ufeffstep,neuron\n1,1\n", "f")[0].data).toEqual(Float64Array.of(0, 0, 0, 1));
  });
});

describe("F9: a binary file is named and refused", () => {
  const random = createRng(SEED, "binary");
  const noise = Buffer.from(Uint8Array.from({ length: 3000 }, () => random.int(1, 255)));
  const begun = (start: string | readonly number[]): Buffer =>
    Buffer.concat([typeof start === "string" ? Buffer.from(start, "latin1") : Buffer.from(start), noise]);
  const FILES: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["a.aedat", begun("#!AER-DAT2.0\r\n# This is a raw AE data file\r\n"), /an AEDAT 2 recording/],
    ["b.aedat", begun("#!AER-DAT3.1\r\n#Format: RAW\r\n"), /an AEDAT 3 recording/],
    ["c.aedat4", begun("#!AER-DAT4.0\r\n"), /an AEDAT 4 recording/],
    ["d.dat", begun("% Data file containing TD events.\n% Version 2\n% Date 2019-01-01\n"), /a Prophesee recording \(DAT\)/],
    ["e.raw", begun("% date 2020-01-01\n% evt 2.0\n% firmware_version 3\n"), /a Prophesee recording \(EVT 2\.0\)/],
    [
      "f.raw",
      begun("% camera_integrator_name Prophesee\n% format EVT3;height=720;width=1280\n% end\n"),
      /a Prophesee recording \(EVT 3\.0\)/,
    ],
    ["g.raw", begun("% evt 2.1\n% format EVT21;height=720\n"), /a Prophesee recording \(EVT 2\.1\)/],
    ["h.npz", begun([0x50, 0x4b, 3, 4]), /the central directory of the zip file is missing/],
    ["i.gz", gzipSync("0,1\n1,0\n"), /gzip data/],
    ["j.png", begun([0x89, ...Buffer.from("PNG\r\n\x1a\n")]), /a PNG picture/],
    ["k.safetensors", begun([64, 0, 0, 0, 0, 0, 0, 0, ...Buffer.from('{"w":{"dtype":"F32"')]), /a safetensors file/],
    ["l.pkl", begun([0x80, 4, 0x95]), /a Python pickle/],
    ["m.csv", Buffer.concat([Buffer.alloc(3 * 2 ** 20), Buffer.from("\n1\n")]), /a binary file of no known kind \(byte 0 is 0\)/],
    [
      "n.csv",
      Buffer.concat([Buffer.from("0,1\n".repeat(2000)), Buffer.alloc(4), Buffer.from("\n1,0\n")]),
      /line 2001 holds a control character \(0x00\)/,
    ],
    ["o.csv", begun("no number here\n"), /holds (a control character|bytes that are not UTF-8)/],
    ["p.csv", Buffer.from("\ufeff0,1\n1,0\n", "utf16le"), /UTF-16 text/],
    ["q.npy", Buffer.from("0,1\n1,0\n"), /is not a \.npy file/],
  ];
  test.each(FILES)("%s", async (name, bytes, expected) => {
    const said = await saidOf(name, bytes);
    expect(said).toMatch(expected);
    expect(said).toMatch(/read are|numpy\.save/);
  });

  test("binary files of labels are refused as well", async () => {
    const labels = join(folder, "labels.txt");
    writeFileSync(labels, gzipSync("0\n1\n"));
    expect(await saidOf("grid.csv", "0,1\n1,0\n", labels)).toMatch(/labels\.txt: is gzip data, which cannot be read.*one class per line/s);
  });

  test("a NumPy array is accepted under any name", async () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }".padEnd(117);
    expect(
      await saidOf(
        "grid",
        Buffer.concat([Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0]), Buffer.from(`${header}\n`), Buffer.alloc(4)]),
      ),
    ).toBe("");
  });
});

test(`the error for a file with 300 random beginnings (seed ${SEED}) quotes at most 200 of its characters, none of them a control`, async () => {
  const rng = createRng(SEED, "quotes");
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    const letter = (): string => "x,y;t p0Z\u202e\x1b[31m\x9b'\"\n"[rng.int(0, 22)] ?? "x";
    const text = Array.from({ length: rng.int(1, 4000) }, letter).join("");
    const said = await saidOf("random.csv", text);
    if (said === "") continue;
    refused++;
    for (const line of said.split("\n")) {
      expect(line, `case ${i}`).not.toMatch(/[\p{Cc}]/u);
      const words = line.match(/"[^"]{200,}|names [^:]{200,}/);
      expect(words, `case ${i}`).toBeNull();
    }
  }
  expect(refused).toBeGreaterThan(250);
});
