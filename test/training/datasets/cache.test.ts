/** Features on disk are found again, and the cache keeps its bound by removing what was not used for longest. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { sha256 } from "../../../base/hash.js";
import { cached } from "../../../training/datasets/cache.js";

const home = mkdtempSync(join(tmpdir(), "cache-"));
const folder = join(home, "snn-dse", "features");
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

/** 25 floats take 100 bytes, and their digest 64. */
const COUNT = 25;
const BYTES = 164;
const keyOf = (name: string): string => sha256(name);

test("the arrays that were not used for longest are removed, never the one just written or another file", () => {
  vi.stubEnv("XDG_CACHE_HOME", home);
  let computed: string[] = [];
  const get = (name: string, arrays: number): Float32Array =>
    cached(
      keyOf(name),
      COUNT,
      () => {
        computed.push(name);
        return new Float32Array(COUNT).fill(name.charCodeAt(0));
      },
      arrays * BYTES,
    );
  const age = (name: string, seconds: number): void => utimesSync(join(folder, `${keyOf(name)}.f32`), seconds, seconds);
  for (const [i, name] of ["a", "b", "c"].entries()) {
    get(name, 3);
    age(name, 1000 + i);
  }
  writeFileSync(join(folder, "notes.f32"), "x".repeat(10_000));
  expect(get("a", 3)[0]).toBe("a".charCodeAt(0)); // used again, so b is the oldest now
  expect(computed).toEqual(["a", "b", "c"]);
  get("d", 3);
  const names = (): readonly string[] => ["a", "b", "c", "d", "e"].filter((name) => readdirSync(folder).includes(`${keyOf(name)}.f32`));
  expect(names()).toEqual(["a", "c", "d"]);
  computed = [];
  expect(get("b", 3)[0]).toBe("b".charCodeAt(0));
  expect(computed).toEqual(["b"]);
  const left = join(folder, ".snn-dse-1-0123456789ab.part"); // of a program that was killed while it wrote
  writeFileSync(left, "x".repeat(BYTES));
  utimesSync(left, 900, 900);
  get("b", 3);
  get("f", 4);
  expect([...names(), existsSync(left)]).toEqual(["a", "b", "d", false]);
  get("e", 0);
  expect(names()).toEqual(["e"]);
  expect(readdirSync(folder)).toContain("notes.f32");
});

test("a file that is cut, longer or changed is computed again, and stored whole", () => {
  vi.stubEnv("XDG_CACHE_HOME", home);
  const path = join(folder, `${keyOf("whole")}.f32`);
  let computed = 0;
  const get = (): Float32Array =>
    cached(keyOf("whole"), COUNT, () => {
      computed++;
      return Float32Array.from({ length: COUNT }, (_, i) => i / 3);
    });
  const values = get();
  expect([get(), computed]).toEqual([values, 1]);
  const bytes = readFileSync(path);
  const changed = Buffer.from(bytes);
  changed[100] ^= 1;
  for (const other of [bytes.subarray(0, 160), bytes.subarray(0, 40), Buffer.alloc(0), Buffer.concat([bytes, bytes]), changed]) {
    writeFileSync(path, other);
    const before = computed;
    expect([get(), computed]).toEqual([values, before + 1]);
    expect(readFileSync(path)).toEqual(bytes);
  }
});
