/** Names of what ships: unique, described, found where a user types them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { coupled } from "../../app/coupled.js";
import { examples } from "../../app/examples.js";
import { open } from "../../app/open.js";
import { init, nextCommands } from "../../app/starter.js";
import { ofKind, pathOf, pathsOf, SHIPPED_KINDS, shippedCoupledChips, shippedFiles, shippedNames } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";

const folder = mkdtempSync(join(tmpdir(), "snn-dse-names-"));
const before = process.cwd();
beforeAll(() => process.chdir(folder));
afterEach(() => process.chdir(folder));
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

test("every kind ships something; a name stands for one file of its kind and of those that one command takes", () => {
  for (const kind of SHIPPED_KINDS) expect(shippedNames(kind).length, kind).toBeGreaterThan(0);
  for (const kinds of [["example", "chip"], ["example", "chip", "config"], ["model"], ["case"], ["sanafe"]] as const) {
    const names = shippedFiles(...kinds).map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  }
});

test("each says in one line what it is", () => {
  const all = examples();
  expect(all.length).toBeGreaterThan(100);
  for (const { kind, name, about } of all) {
    expect(about, `${kind} ${name}`).toMatch(/\S+ \S+/);
    expect(about.length, about).toBeLessThan(240);
  }
  const [edge] = all;
  expect(edge).toMatchObject({ kind: "example", name: "edge", path: join(packageRoot(), "arch/examples/edge.yaml") });
});

test("a path that exists wins over a name, also where it is a folder; a name without one is the shipped file", () => {
  expect(pathOf("edge", "example", "chip")).toBe(join(packageRoot(), "arch/examples/edge.yaml"));
  writeFileSync("edge", "version: 1\n");
  expect(pathOf("edge", "example", "chip")).toBe("edge");
  rmSync("edge");
  mkdirSync("edge");
  expect(() => open("edge")).toThrow(/edge: is a folder/);
  rmSync("edge", { recursive: true });
  process.chdir(packageRoot());
  expect(pathOf("edge", "example")).toBe("arch/examples/edge.yaml");
});

test("a name of another kind is none, and an unknown one gives the nearest", () => {
  expect(() => pathOf("mnist-rows-lif", "example", "chip")).toThrow(/no shipped example or chip of this name/);
  expect(() => open("edg")).toThrow(/edg: no such file, and no shipped example or chip of this name\n.*did you mean edge\?/);
  expect(() => open("edge.yaml")).toThrow(/did you mean edge\?/);
  expect(() => open("arch/examples/edge.yaml")).toThrow(/did you mean edge\?/);
  expect(() => open("no/such.yaml")).toThrow(/such\.yaml: no such file/);
});

test("a pattern stands for the names that it matches, in order; without a match it is a mistake", () => {
  const names = (pattern: string): readonly string[] => pathsOf([pattern], "model").map(({ typed }) => typed);
  expect(names("mnist-rows-*")).toEqual(shippedNames("model").filter((name) => name.startsWith("mnist-rows-")));
  expect(names("*-rec-v2")).toEqual(["fsdd-digits-rec-v2", "fsdd-phones-rec-v2", "mnist-rows-rec-v2"]);
  expect(names("fsdd-*-rec-*-seed2").length).toBe(6);
  expect(names("*gru")).toContain("mnist-rows-gru");
  expect(() => names("timit-*")).toThrow(/no shipped model of this name/);
});

test("a shipped name means the same as the path that it stands for", () => {
  const { file, ...named } = open("edge");
  const { file: path, ...read } = open(join(packageRoot(), "arch/examples/edge.yaml"));
  expect(file).toBe(path);
  expect(named).toEqual(read);
  const input = { seed: 1, events: 5, density: 0.2, gapCycles: 50, limitCycles: 2000 };
  expect(coupled("odin", { input })).toEqual(coupled(join(packageRoot(), "arch/chips/odin.yaml"), { input }));
  expect(
    open({ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif" }, workload: { dataset: "mnist-rows" } }),
  ).toBeDefined();
});

test("what init names next takes the copied file: train a configuration, check a description, sim one with a network, sweep a search", () => {
  const seen = new Set<string>();
  for (const { kind, name } of shippedFiles("example", "chip", "config")) {
    const [file] = init(join(folder, "next", kind, name), { name });
    const verbs = nextCommands(file).map((line) => line.split(" ")[1]);
    seen.add(`${kind}: ${verbs.join(", ")}`);
    if (kind === "config") expect(verbs, name).toEqual(["train"]);
    if (kind === "chip") expect(verbs, name).toEqual(shippedCoupledChips().includes(name) ? ["coupled"] : []);
    if (kind !== "example") continue;
    const { experiment, sweep } = open(file);
    const trains = ofKind<boolean>(experiment, { board: ({ network }) => network.training !== null, coupled: () => false });
    expect(verbs, name).toEqual(["check", ...(trains ? [] : ["sim"]), ...(sweep === null ? [] : ["sweep"])]);
  }
  expect([...seen].sort()).toEqual([
    "chip: ",
    "chip: coupled",
    "config: train",
    "example: check, sim",
    "example: check, sim, sweep",
    "example: check, sweep",
  ]);
});

test("every example, chip and configuration is copied with what it names, and opens where it lies", { tags: ["long"] }, () => {
  for (const { kind, name } of shippedFiles("example", "chip", "config")) {
    const [file] = init(join(folder, kind, name), { name });
    expect(basename(file)).toBe(`${name}.yaml`);
    if (kind === "example") expect(open(file).document, name).toEqual(open(name).document);
  }
  expect(init("q", { name: "quad-prices" }).map((path) => basename(path))).toEqual([
    "quad-prices.yaml",
    "quad.yaml",
    "quad.nir",
    "quad.csv",
    "arch.schema.json",
  ]);
  expect(() => init("q", { name: "quad" })).toThrow(/exists already/);
  expect(() => init("q", { name: "quod" })).toThrow(/did you mean quad/);
});
