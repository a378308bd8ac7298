/** `--record` and `--compare` reach every name that a tool may give a node. */
import { Command, Option } from "commander";
import { expect, test } from "vitest";
import { nodeFile } from "../../cli/options/node-file.js";
import { OutputOption, refuseInputs } from "../../cli/options/output.js";

test.each(["lif1", "a=b c", "=", "layers.0", " two words "])("the node %j is told from its file by the last equals sign", (node) => {
  expect(nodeFile(`${node}=out dir/spikes.csv`)).toEqual({ node, file: "out dir/spikes.csv" });
});

test.each(["lif1", "lif1=", "=spikes.csv"])("%j is refused, with what to type", (text) => {
  expect(() => nodeFile(text)).toThrow("expected node=file, e.g. lif1=spikes.csv; a file whose name holds no =");
});

test("a file that is compared with a node of any name is no output", () => {
  const asked = (out: string): Command =>
    new Command()
      .addOption(new OutputOption("--out <file>"))
      .addOption(new Option("--compare <node=file>"))
      .parse(["--out", out, "--compare", "a=b=package.json"], { from: "user" });
  expect(() => refuseInputs(asked("package.json"))).toThrow(/^--out: /);
  expect(() => refuseInputs(asked("another.json"))).not.toThrow();
});
