/** A sampler plug-in gets copies and frozen data: what it writes into them changes no study. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadPlugins } from "../../../app/index.js";
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

test("a sampler that writes its observations leaves the study of one that does not", async () => {
  const touch =
    "o.position.fill(0); o.values.lanes = 1000; if (o.objectives) o.objectives[0] = -1e9; o.violation = 7; o.limits.length = 0;";
  await load("walks.mjs", { reads: walk(""), writes: walk(touch) });
  expect(await found("writes")).toEqual(await found("reads"));
});

test("a sampler that writes the space, or whose state is not JSON, is refused by name", async () => {
  const stateOf = (state: string): string => walk("").replace("({ i })", state);
  await load("wrong.mjs", {
    empties: "setup.space.dimensions.length = 0; return {};",
    renames: "setup.space.dimensions[0].parameter.domain.values[0] = 5; return {};",
    big: stateOf("({ a: 1n })"),
    circles: stateOf("{ const a = {}; a.a = a; return a; }"),
    lists: stateOf("[1]"),
  });
  for (const name of ["empties", "renames"])
    await expect(found(name)).rejects.toThrow(new RegExp(`sampler ${name}.*read only|sampler ${name}.*Cannot`));
  for (const name of ["big", "circles", "lists"])
    await expect(found(name)).rejects.toThrow(new RegExp(`sampler ${name} returns from state what is no JSON object`));
});
