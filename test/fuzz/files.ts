/**
 * Readers of whole files: NIR graphs and recordings (HDF5), result databases (SQLite). They are built sound by their
 * own libraries with one or more hostile values in them, or built and then damaged in their bytes; all in memory-backed
 * folders where the system has one.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import Database from "better-sqlite3";
import hdf5 from "h5wasm/node";
import { LOIHI_WORDS } from "../../app/import-lava.js";
import { prepareEvents, readEvents } from "../../arch/formats/events/read-events.js";
import { readNirData } from "../../arch/formats/nir/nir-data.js";
import { readLava, withLavaRules } from "../../arch/index.js";
import { importNir, LAVA_OPTIONS, nirTopology, prepareNir } from "../../sim/nir/index.js";
import { integerNir } from "../../sim/nir/integer.js";
import { frontReport, mergeInto, Store } from "../../sweeps/index.js";
import { FakeEngine, fakeStudy, specOf } from "../sweeps/fake-study.js";
import { datasetReaders } from "./datasets.js";
import { floats, type Hdf5Tree, hdf5Reader, numbers, text } from "./hdf5.js";
import { damagedBytes } from "./mutate.js";
import { jsonOf, type Reader, type Rng } from "./reader.js";
import { damagedTree, type Tree } from "./trees.js";

const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

const nirGraph: Hdf5Tree = {
  version: text("1.0"),
  node: {
    type: text("NIRGraph"),
    edges: { dtype: "S", shape: [4, 2], data: ["input", "fc", "fc", "lif", "lif", "fc2", "fc2", "output"] },
    nodes: {
      input: { type: text("Input"), shape: numbers("<q", [1], [2]) },
      fc: { type: text("Affine"), weight: numbers("<f", [3, 2], [1, 2, 3, 4, 5, 6]), bias: floats(0, 0, 1) },
      lif: {
        type: text("LIF"),
        tau: floats(0.01, 0.01, 0.01),
        r: floats(1, 1, 1),
        v_leak: floats(0, 0, 0),
        v_threshold: floats(1, 1, 1),
        v_reset: floats(0, 0, 0),
      },
      fc2: { type: text("Linear"), weight: numbers("<f", [2, 3], [1, 0, 1, 0, 1, 0]) },
      output: { type: text("Output"), shape: numbers("<q", [1], [2]) },
    },
  },
};
const convolution: Hdf5Tree = {
  version: text("1.0"),
  node: {
    type: text("NIRGraph"),
    edges: { dtype: "S", shape: [4, 2], data: ["input", "conv", "conv", "if", "if", "pool", "pool", "output"] },
    nodes: {
      input: { type: text("Input"), shape: numbers("<q", [3], [1, 6, 6]) },
      conv: {
        type: text("Conv2d"),
        weight: numbers(
          "<f",
          [2, 1, 3, 3],
          Array.from({ length: 18 }, (_, i) => i),
        ),
        bias: floats(0, 1),
        stride: numbers("<q", [2], [1, 1]),
        padding: numbers("<q", [2], [1, 1]),
        dilation: numbers("<q", [2], [1, 1]),
        groups: numbers("<q", [], [1]),
        input_shape: numbers("<q", [2], [6, 6]),
      },
      if: {
        type: text("IF"),
        r: numbers("<f", [2, 6, 6], Array(72).fill(1)),
        v_threshold: numbers("<f", [2, 6, 6], Array(72).fill(1)),
        v_reset: numbers("<f", [2, 6, 6], Array(72).fill(0)),
      },
      pool: {
        type: text("SumPool2d"),
        kernel_size: numbers("<q", [2], [2, 2]),
        stride: numbers("<q", [2], [2, 2]),
        padding: numbers("<q", [2], [0, 0]),
      },
      output: { type: text("Output"), shape: numbers("<q", [3], [2, 3, 3]) },
    },
  },
};
const nirRecording: Hdf5Tree = {
  "@__type__": "NIRGraphData",
  nodes: {
    lif: {
      observables: {
        spikes: {
          "@__type__": "EventData",
          "@n_neurons": 3,
          "@t_max": 0.01,
          idx: numbers("<q", [1, 2], [0, 2]),
          time: numbers("<d", [1, 2], [0.001, 0.004]),
        },
        v: { "@__type__": "TimeGriddedData", "@dt": 0.001, data: numbers("<f", [1, 2, 3], [1, 2, 3, 4, 5, 6]) },
      },
    },
  },
};

const one = (value: number): Tree => numbers("<q", [], [value]);
const two = (value: number): Tree => numbers("<q", [2], [value, value]);
const loihi: Hdf5Tree = {
  ...{ type: text("LOIHI"), iDecay: one(1024), vDecay: one(512), vThMant: one(80), refDelay: one(2), wgtExp: one(0) },
};
/** Dense layers of Loihi's neurons behind spikes, with a delay. */
const lavaSpikes: Hdf5Tree = {
  layer: {
    0: { type: text("input"), shape: numbers("<q", [3], [4, 1, 1]) },
    1: {
      ...{ type: text("dense"), shape: numbers("<q", [3], [3, 1, 1]), inFeatures: one(4), outFeatures: one(3), neuron: loihi },
      weight: numbers("<f", [3, 4], [2, -4, 6, 8, 10, -12, 14, 16, 2, 4, 6, 8]),
      ...{ bias: floats(0, 2, 4), delay: floats(1) },
    },
    2: {
      ...{ type: text("dense"), shape: numbers("<q", [3], [2, 1, 1]), inFeatures: one(3), outFeatures: one(2), neuron: loihi },
      weight: numbers("<f", [2, 3], [20, -4, 6, 8, 10, 12]),
    },
  },
};
const sigmaDelta = (more: Hdf5Tree): Hdf5Tree => ({ type: text("SDNN"), activation: text("relu"), vThMant: one(2), ...more });
/** A picture through a convolution, a pool and a dense layer of sigma-delta neurons. */
const lavaPicture: Hdf5Tree = {
  layer: {
    0: { type: text("input"), shape: numbers("<q", [3], [1, 5, 5]), neuron: sigmaDelta({}) },
    1: {
      ...{ type: text("conv"), shape: numbers("<q", [3], [2, 4, 4]), neuron: sigmaDelta({}) },
      ...{ kernelSize: two(2), stride: two(1), padding: two(0), dilation: two(1), groups: one(1), inChannels: one(1), outChannels: one(2) },
      ...{ weight: numbers("<f", [2, 1, 2, 2], [2, 4, -6, 8, 2, 4, 6, 8]), bias: floats(2, 4) },
    },
    2: {
      ...{ type: text("pool"), shape: numbers("<q", [3], [2, 2, 2]), neuron: sigmaDelta({}) },
      ...{ kernelSize: two(2), stride: two(2), padding: two(0), dilation: two(1) },
      weight: numbers("<f", [1, 1, 2, 2, 1], [2, 2, 2, 2]),
    },
    3: { type: text("flatten"), shape: numbers("<q", [3], [8, 1, 1]) },
    4: {
      ...{ type: text("dense"), shape: numbers("<q", [3], [2, 1, 1]), inFeatures: one(8), outFeatures: one(2) },
      neuron: sigmaDelta({ messageBits: one(8) }),
      weight: numbers(
        "<f",
        [2, 8],
        Array.from({ length: 16 }, (_, i) => 2 * i - 14),
      ),
    },
  },
};

const eventFile: Hdf5Tree = {
  "@width": 4,
  "@height": 3,
  events: {
    x: numbers("<i", [3], [0, 1, 3]),
    y: numbers("<i", [3], [2, 1, 0]),
    t: numbers("<q", [3], [10, 20, 20]),
    p: numbers("<i", [3], [1, 0, 1]),
  },
};

const NIR = { dtSeconds: 1e-3, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 } as const;

async function lavaNetwork(path: string) {
  const network = prepareNir(withLavaRules(await readLava(path), { restartSteps: 0, remainder: "lost" }, path), path, LAVA_OPTIONS);
  return integerNir(network, LOIHI_WORDS).graph.topology;
}

const DATABASE_FILES = ["", "-wal", "-shm", "-journal"];
const HOSTILE_TEXTS = ["", "null", "[]", "{}", "1e999", "{", '{"__proto__":{"polluted":1}}', '"x"', "[[[[", "\u0000"];
const HOSTILE_STATEMENTS = [
  "PRAGMA user_version = 0",
  "PRAGMA user_version = 1",
  "PRAGMA user_version = 99",
  "PRAGMA user_version = -1",
  "PRAGMA application_id = 1",
  "DROP TABLE result",
  "DROP TABLE detail",
  "DROP TABLE study",
  "DROP TABLE session",
  "DELETE FROM study",
  "DELETE FROM session",
  "DROP VIEW breakdown",
  "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM point; END",
  "ALTER TABLE point RENAME TO points",
  "DROP TABLE result; CREATE VIEW result AS SELECT 1 AS point_id",
  "DROP TABLE event; CREATE TABLE event (id INTEGER PRIMARY KEY)",
];

/** A statement that changes one cell to something of its type, or the database's shape. */
function hostileStatement(db: Database.Database, rng: Rng): void {
  if (rng.float() < 0.3) {
    db.exec(HOSTILE_STATEMENTS[rng.int(0, HOSTILE_STATEMENTS.length - 1)]);
    return;
  }
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
  const { name } = tables[rng.int(0, tables.length - 1)];
  const columns = db.pragma(`table_info("${name}")`) as { name: string; type: string }[];
  const column = columns[rng.int(0, columns.length - 1)];
  const row = db.prepare(`SELECT "${column.name}" AS value FROM "${name}" LIMIT 1 OFFSET ${rng.int(0, 3)}`).get() as
    | { value: unknown }
    | undefined;
  let value: unknown = null;
  if (column.type === "TEXT") {
    value = HOSTILE_TEXTS[rng.int(0, HOSTILE_TEXTS.length - 1)];
    if (column.name.endsWith("_json") && typeof row?.value === "string" && rng.float() < 0.7)
      value = jsonOf(damagedTree(JSON.parse(row.value) as Tree, rng));
  } else if (column.type === "BLOB") {
    const kinds = [
      () => Buffer.alloc(0),
      () => Buffer.from("no deflate"),
      () => deflateRawSync("{}"),
      () => deflateRawSync(Buffer.alloc(64 * 2 ** 20)),
      () => Buffer.from(damagedBytes(row?.value instanceof Buffer ? row.value : Buffer.alloc(8), rng)),
      () => deflateRawSync(HOSTILE_TEXTS[rng.int(0, HOSTILE_TEXTS.length - 1)]),
    ];
    value = kinds[rng.int(0, kinds.length - 1)]();
  } else value = [0, -1, 1, 2 ** 31, Number.MAX_SAFE_INTEGER, 3, null][rng.int(0, 6)];
  db.prepare(`UPDATE "${name}" SET "${column.name}" = ?`).run(value);
}

async function databaseReaders(folder: string): Promise<Reader[]> {
  const path = join(folder, "results.db");
  const clear = (): void => {
    for (const ending of DATABASE_FILES) rmSync(path + ending, { force: true });
  };
  await fakeStudy(specOf({}, { name: "random", budget: 6 }), path, new FakeEngine()).run();
  const sound = readFileSync(path);
  const changedCells = (rng: Rng): Uint8Array => {
    for (;;) {
      clear();
      writeFileSync(path, sound);
      const db = new Database(path);
      try {
        db.pragma("journal_mode = DELETE");
        db.pragma("foreign_keys = OFF");
        for (let n = rng.int(1, 3); n > 0; n--) hostileStatement(db, rng);
        db.close();
        return readFileSync(path);
      } catch {
        db.close(); // refused by the schema itself: another one
      }
    }
  };
  const readerOf = (name: string, share: number, open: (file: string) => Store, read: (store: Store) => void): Reader => ({
    name,
    share,
    sound: [sound],
    damages: [(rng) => damagedBytes(sound, rng), changedCells],
    read: (bytes: Uint8Array) => {
      clear();
      writeFileSync(path, bytes);
      const store = open(path);
      try {
        read(store);
      } finally {
        store.close();
      }
    },
  });
  const other = join(folder, "other.db");
  await fakeStudy(specOf({}, { name: "random", budget: 6, seed: 2 }), other, new FakeEngine()).run();
  const soundOther = readFileSync(other);
  return [
    readerOf("database", 200, Store.read, (store) => {
      store.study();
      store.provenance();
      store.counts();
      for (const { id, state } of store.points())
        if (state === "done") {
          store.result(id);
          store.counters(id);
        }
      frontReport(store);
    }),
    readerOf("database, merged from", 50, Store.read, (store) => {
      writeFileSync(other, soundOther);
      const target = Store.open(other);
      try {
        mergeInto(target, store);
      } finally {
        target.close();
      }
    }),
    readerOf("database, merged into", 50, Store.open, (store) => {
      writeFileSync(other, soundOther);
      const source = Store.read(other);
      try {
        mergeInto(store, source);
      } finally {
        source.close();
      }
    }),
  ];
}

/** Needs `folder` to itself. */
export async function fileReaders(): Promise<{ readonly readers: readonly Reader[]; readonly close: () => void }> {
  await hdf5.ready;
  await prepareEvents();
  const folder = mkdtempSync(join(memory, "snn-dse-fuzz-"));
  const readers = [
    await hdf5Reader("NIR", 60, folder, [nirGraph, convolution], async (path) => nirTopology(await importNir(path, NIR))),
    await hdf5Reader("network of Lava", 60, folder, [lavaSpikes, lavaPicture], lavaNetwork),
    await hdf5Reader("NIR recording", 60, folder, [nirRecording], (path) => readNirData(path, 1e-3)),
    await hdf5Reader("events: hdf5", 60, folder, [eventFile], readEvents),
    ...(await databaseReaders(folder)),
    ...(await datasetReaders(folder)),
  ];
  return { readers, close: () => rmSync(folder, { recursive: true, force: true }) };
}
