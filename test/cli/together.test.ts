/** Options that would be ignored beside the others, or without them, are refused before anything runs. */
import { describe, expect, test } from "vitest";
import { runHere } from "./in-process.js";
import { isBuilt } from "./small-sweep.js";

const HERE = process.cwd();

describe.skipIf(!isBuilt)("an option that would have no effect", () => {
  test.each([
    ["pareto x.db --column double", "--column: works only with --format\n    add --format, or leave --column out"],
    [
      "pareto x.db --out front.csv --x latency_us",
      "--x: has no effect with the format csv, only with pgfplots, svg, png, pdf\n    leave --x out",
    ],
    ["pareto x.db --explain", "--explain: works only with --confidence"],
    ["pareto x.db --confidence 9 --explain --format csv", "--explain: has no effect with --format"],
    ["pareto x.db --format md --x latency_us", "--x: has no effect with the format md, only with pgfplots, svg, png, pdf"],
    ["pareto x.db --format tex --y latency_us", "--y: has no effect with the format tex, only with pgfplots, svg, png, pdf"],
    ["pareto x.db --siunitx", "--siunitx: works only with --format tex"],
    ["pareto x.db --format svg --siunitx", "--siunitx: has no effect with the format svg, only with tex"],
    ["pareto x.db --json --column double", "--column: has no effect with the format json, only with tex, pgfplots, svg, png, pdf"],
    ["pareto x.db --format md --column double", "--column: has no effect with the format md, only with tex, pgfplots, svg, png, pdf"],
    ["pareto x.db --json --format csv", "--format: has no effect with --json\n    leave one of them out"],
    ["pareto x.db --json --out front.csv", "--json: has no effect with --out of another format"],
    ["compare x.db 1 2 --where lanes", "--where: has no effect with two points"],
    ["show x.db 1 --column double", "--column: works only with --figure"],
    ["report x.db --port 3000", "--port: works only with --live"],
    ["report x.db --base edge", "--base: works only with --run"],
    ["report x.db --methods --json", "--json: has no effect with --methods"],
    ["report x.db --live --out x.html", "--out: has no effect with --live"],
    ["report x.db --json --out x.html", "--out: has no effect with --json"],
    ["reprice x.db --basis library --seed 2", "--seed: works only with --monte-carlo"],
    ["reprice x.db --basis library --format csv --json", "--json: has no effect with --format"],
    ["sim edge --out x.vcd", "--out: works only with --trace"],
    ["sweep edge --lease-seconds 30", "--lease-seconds: works only with --engine bullmq"],
    ["sweep edge --redis-prefix snn-dse", "--redis-prefix: works only with --engine bullmq"],
    ["rtl x.db 1 --simulator iverilog", "--simulator: works only with --run"],
    ["rtl x.db 1 --synth generic --run", "--run: has no effect with --synth"],
    ["rtl x.db 1 --synth generic --device LFE5U-45F", "--device: works only with --synth ecp5"],
    ["rtl x.db 1 --again", "--again: works only with --synth"],
    ["rtl edge --synth generic --base none.yaml", "--base: has no effect without a database and a point"],
    [
      "coupled tinyodin --set event_queue.depth=4,128",
      "--set: event_queue.depth has 2 values, of which one can be set\n    --vary event_queue.depth=4,128",
    ],
    ["noc --k 4 --set noc.width=8", "--k: sets noc.width, which also has a value of its own"],
    ["noc --k 4 --set noc.height=8", "--k: sets noc.height, which also has a value of its own"],
    ["noc --rate 0.1:0.5:1", "--rate: got '0.1:0.5:1', expected a:b:n"],
    ["quantise edge --bits weight_bits=8=4", "--bits: got 'weight_bits=8=4'"],
    ["import nir x.nir --dt 1 --reset zero --gain 3", "--gain: works only with --input"],
    ["import nir x.nir --dt 1 --reset zero --encoder delta --threshold 1", "--encoder: works only with --input"],
    ["estimate quad --chip all --chip /nonexistent.yaml", "/nonexistent.yaml"],
    ["coupled odin --case x --seed 1", "--seed: has no effect with --case"],
    ["noc --json --format csv", "--format: has no effect with --json"],
    ["estimate quad --chip all --json --format csv", "--format: has no effect with --json"],
    ["evaluate lif --threshold 0.1", "--threshold: works only with --encoder delta, level-crossing or latency"],
    ["import nir x.nir --dt 1 --reset zero --seed 1", "--seed: works only with --encoder rate"],
    ["import nir x.nir --dt 1 --reset zero --sample 1", "--sample: works only with --input"],
    ["import nir x.nir --dt 1 --reset zero --encoder rate", "--encoder: works only with --input"],
    ["import sanafe quad quad-net --time simple", "--time: works only with --steps"],
    ["train x.yaml --out a.safetensors --out-dir b", "--out: has no effect with --out-dir"],
  ])("%s", async (line, message) => {
    const { code, err } = await runHere(HERE, ...line.split(" "));
    expect([code, err]).toEqual([2, expect.stringContaining(`error: ${message}`)]);
  });

  test("beside the option that it needs, it is heard; a default is no option that was typed", async () => {
    const refused = async (line: string): Promise<boolean> =>
      /works only with|has no effect/.test((await runHere(HERE, ...line.split(" "))).err);
    expect(await refused("pareto no.db --json --out x.json")).toBe(false);
    expect(await refused("report no.db --methods --out x.tex")).toBe(false);
    expect(await refused("coupled no-chip --case x")).toBe(false);
    expect(await refused("rtl no.db 1 --synth ecp5 --device LFE5U-45F --again")).toBe(false);
    expect(await refused("evaluate no-model --encoder latency --threshold 0.5")).toBe(false);
    expect(await refused("noc no-chip --json --format json")).toBe(false);
  });
});
