/** A study cites the works that its own numbers come from, and no others. */
import { expect, test } from "vitest";
import { open } from "../../../app/open.js";
import { simulate } from "../../../app/simulate.js";
import { SILICON_GROUPS, shippedFiles, siliconFactor } from "../../../arch/index.js";
import type { Json } from "../../../base/hash.js";
import { citationsOf } from "../../../sweeps/report/citations.js";
import type { ReportData } from "../../../sweeps/report/data.js";

const cited = (sources: readonly string[], document: Json, told = false, models: readonly string[] = []): readonly string[] =>
  citationsOf({
    ...{ sources, document, inputs: told ? [{ kind: "program", name: "mine 1", sha256: "" }] : [] },
    parameters: models.length === 0 ? [] : [{ name: "model", column: "model", path: "network.model", values: "" }],
    points: { columns: { model: models } },
  } as unknown as ReportData);

const NET = { network: { model: "net.safetensors" } };
const NAMES = ["CACTI", "Horowitz", "DSENT", "Stillmaker", "Aladdin", "IHP"];
const CHIPS = [...new Set(SILICON_GROUPS.flatMap((group) => siliconFactor(group).chips))];

test.each(["silicon", "library"])(
  "a priced chip on the basis %s: each source that is named has a work, each work a source that names it",
  async (basis) => {
    const values = { "prices.basis": basis, "workload.samples": 1, "workload.timing_samples": 1 };
    const { result } = await simulate(open("edge"), { values });
    const sources = result.breakdown.map(({ component, source }) => `${component}: ${source}`);
    const works = cited(sources, NET).join("\n");
    for (const name of NAMES) {
      expect(
        sources.some((source) => source.includes(name)),
        name,
      ).toBe(true);
      expect(works, name).toContain(name);
    }
    expect(CHIPS.length).toBeGreaterThan(4);
    for (const chip of CHIPS) expect(works.includes(chip), chip).toBe(basis === "silicon");
    expect(works).toContain("Ponghiran");
    expect(works).not.toContain("Davies");
  },
);

test("prices that are a chip's own, networks of other programs and chips without networks cite none of the library's works", () => {
  expect(cited(["core: a hop: Davies 2018"], { network: { model: "net.nir" } })).toEqual([expect.stringContaining("Loihi")]);
  expect(cited(["core: measured"], { model: "tinyodin" })).toEqual([]);
  const searched = (...models: readonly string[]) => cited([], { network: { model: "net.nir" } }, false, models);
  expect(searched("net.nir", "net.safetensors")).toEqual([expect.stringContaining("Ponghiran")]);
  expect(searched("net.nir", "other.nir")).toEqual([]);
  expect(cited(["core: CACTI"], NET, true)).toEqual([]);
});

/** Words of a source that name a work: a year, or a program or guide that has a name alone. */
const NAMES_A_WORK = /\b(19|20)\d\d\b|SANA-FE|sinabs|guide|\bNIR\b/;

test("each source with a year, over all shipped chips, the port and a link between dies, names a work", async () => {
  const of = shippedFiles("chip").flatMap(({ name }) => {
    const { prices } = open(name).document as { readonly prices?: { readonly [name: string]: Json } };
    return Object.values(prices ?? {}).flatMap((price) => {
      const { source = "" } = (typeof price === "object" && price !== null ? price : {}) as { readonly source?: string };
      return source.split("; ");
    });
  });
  const values = {
    ...{ "workload.samples": 1, "workload.timing_samples": 1, "inputs.at": "port" },
    ...{ "noc.width": 2, "noc.height": 1, "noc.dies.columns": 2 },
  };
  const { result } = await simulate(open("mesh-2x2"), { values });
  const priced = result.breakdown.flatMap(({ source }) => source.split(/[;:] /));
  const named = [...new Set([...of, ...priced])].filter((source) => NAMES_A_WORK.test(source));
  expect(named.length).toBeGreaterThan(15);
  for (const who of ["Qiao", "SANA-FE", "sinabs", "guide", "xylo_apply"]) expect(named.join("\n"), who).toContain(who);
  for (const source of named) expect(cited([source], { model: "none" }), source).not.toEqual([]);
});
