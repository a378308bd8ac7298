/** Plug-ins get copies and frozen data: what they write into them changes no study and no other export. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { exportFront, loadPlugins, pareto } from "../../../app/index.js";
import { pointPieces } from "../../../app/points.js";
import { frontReport, Store } from "../../../sweeps/index.js";
import { FakeEngine, fakeStudy, specOf } from "../../sweeps/fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "own-copies-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

/** Loads samplers by name: the bodies of `create`. */
async function load(file: string, samplers: { readonly [name: string]: string }): Promise<void> {
  const entries = Object.entries(samplers).map(([name, body]) => `${JSON.stringify(name)}: { about: "x", create(setup) { ${body} } }`);
  writeFileSync(at(file), `export const apiVersion = 1; export default () => ({ samplers: { ${entries.join(", ")} } });`);
  await loadPlugins([at(file)]);
}

async function found(sampler: string): Promise<unknown> {
  const summary = await fakeStudy(specOf({}, { name: sampler, budget: 30 }), at(`${sampler}.db`), new FakeEngine()).run();
  const store = Store.read(at(`${sampler}.db`));
  try {
    const points = Array.from(store.points(), ({ values, state, violation, metrics }) => ({ values, state, violation, metrics }));
    return { points, front: frontReport(store).rows.map(({ id }) => id), summary: { ...summary, elapsedMs: 0 } };
  } finally {
    store.close();
  }
}

const walk = (touch: string): string =>
  `let i = 0; return {
    ask: () => [setup.space.dimensions.map((_, d) => (((++i) * 0.618034 + d * 0.37) % 1))],
    tell(o) { ${touch} },
    state: () => ({ i }),
  };`;

test("a sampler that writes its observations leaves the study of one that does not", { tags: ["long"] }, async () => {
  const touch =
    "o.position.fill(0); o.values.lanes = 1000; if (o.objectives) o.objectives[0] = -1e9; o.violation = 7; o.limits.length = 0;";
  await load("walks.mjs", { reads: walk(""), writes: walk(touch) });
  expect(await found("writes")).toEqual(await found("reads"));
});

test("a sampler that writes its options, its screening and its warm start leaves them to others as they were", {
  tags: ["long"],
}, async () => {
  const touch = "setup.options.more = 1; setup.screening.fidelities[0] = 0.5; setup.screening.pool.push(1); setup.warm.push(1);";
  await load("setups.mjs", { greedy: `${touch} ${walk("")}` });
  const pure = walk(
    "if (setup.options.more !== undefined || setup.screening.fidelities[0] !== 1 || setup.screening.pool.length + setup.warm.length > 0) throw new Error('written')",
  );
  await load("later.mjs", { later: pure });
  await found("greedy");
  await found("later");
});

test("a sampler that writes the space, or whose state is not JSON, is refused by name", async () => {
  const stateOf = (state: string): string => walk("").replace("({ i })", state);
  await load("wrong.mjs", {
    empties: "setup.space.dimensions.length = 0; return {};",
    renames: "setup.space.dimensions[0].parameter.domain.values[0] = 5; return {};",
    clears: "setup.space.deciding.clear(); return {};",
    adds: "setup.space.deciding.add('lanes'); return {};",
    redirects: "setup.space.pathOf.set('lanes', 'tile.core.max_neurons'); return {};",
    big: stateOf("({ a: 1n })"),
    circles: stateOf("{ const a = {}; a.a = a; return a; }"),
    lists: stateOf("[1]"),
  });
  for (const name of ["empties", "renames", "clears", "adds", "redirects"])
    await expect(found(name)).rejects.toThrow(new RegExp(`sampler ${name}.*read only|sampler ${name}.*Cannot`));
  for (const name of ["big", "circles", "lists"])
    await expect(found(name)).rejects.toThrow(new RegExp(`sampler ${name} returns from state what is no JSON object`));
});

test("an exporter that writes its report or its columns changes no other export", async () => {
  writeFileSync(
    at("exporters.mjs"),
    `export const apiVersion = 1;
    export default () => ({
      exporters: { gnaws: { about: "x", extension: "x", render(report) { report.rows.length = 0; report.objectives[0].metric = "x"; return "x"; } } },
      pointExporters: { renames: { about: "x", extension: "x", *pieces(table) { table.columns[0].name = "x"; yield "x"; } } },
    });`,
  );
  await loadPlugins([at("exporters.mjs")]);
  const file = at("exported.db");
  await fakeStudy(specOf({}, { name: "random", budget: 10 }), file, new FakeEngine()).run();
  const report = pareto(file);
  const before = structuredClone(report);
  expect(await exportFront(report, "gnaws")).toBe("x");
  expect(report).toEqual(before);
  const csv = (): string => [...pointPieces(file, "csv")].join("");
  const whole = csv();
  expect(() => [...pointPieces(file, "renames")]).toThrow(/point exporter renames.*(read only|Cannot)/);
  expect(csv()).toBe(whole);
});
