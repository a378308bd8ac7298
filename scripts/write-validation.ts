/**
 * Writes docs/validation.md from runs: RTL conformance, network curves, published chips, NIR, SANA-FE, and the paper's
 * table.
 *
 *   npx tsx scripts/write-validation.ts [noc.jsonl]      noc.jsonl: output of `compare-curves.ts --json`; without it, the comparison runs for minutes
 */
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { packageRoot } from "../base/package-root.js";
import { caseFolders, conformFolder } from "../sim/recorded/conform-folder.js";
import { publishedRows, readPublishedChips } from "../sim/recorded/index.js";
import { claimsOf } from "./validation/claims.js";
import { markdownTable } from "./validation/markdown.js";
import { NOC_COMMAND, nocComparison } from "./validation/noc-curves.js";
import { publishedTexts } from "./validation/published.js";
import { systemsOf } from "./validation/systems.js";

const DESIGNS: { readonly [folder: string]: readonly [name: string, source: string] } = {
  tinyodin: ["tinyODIN", "ChFrenkel/tinyODIN 1865653, Verilator"],
  odin: ["ODIN", "ChFrenkel/ODIN 1781931, Verilator"],
  ranc: ["RANC", "UA-RCL/RANC 08ae4bd, iverilog and Verilator"],
  snndse_fc: ["SNN-DSE layer controller", "githubofaliyev/SNN-DSE 8a2fc2b, Verilator"],
};

/** A section's table, and its line in the summary. */
interface Checked {
  readonly table: string;
  readonly summary: string;
}

function conformance(): Checked {
  const root = join(packageRoot(), "test", "conformance");
  const runs = caseFolders(root).map((folder) => ({ design: basename(dirname(dirname(folder))), run: conformFolder(root, folder) }));
  const rows = Object.entries(DESIGNS).map(([design, [name, source]]) => {
    const own = runs.filter((entry) => entry.design === design);
    const identical = own.filter((entry) => entry.run.result?.ok === true).length;
    const compared = own.reduce((sum, entry) => sum + (entry.run.result?.compared ?? 0), 0);
    return [name, source, own.length, compared, "none: every row and number", `${identical}/${own.length} identical`];
  });
  const identical = runs.filter((entry) => entry.run.result?.ok === true).length;
  const compared = runs.reduce((sum, entry) => sum + (entry.run.result?.compared ?? 0), 0);
  return {
    table: markdownTable(["design", "recorded with", "cases", "rows and values compared", "tolerance", "result"], rows),
    summary: `${identical} of ${runs.length} cases identical, ${compared.toLocaleString("en-US")} rows and values`,
  };
}

const NIR_TESTS = "test/sim/nir/engine.test.ts";
const SANAFE_TESTS = "test/sim/sanafe";
const rtl = conformance();
const described = readPublishedChips();
const chips = publishedTexts(described, publishedRows(described, null));
const noc = nocComparison(process.argv[2] ?? null);
const nir = claimsOf([NIR_TESTS]);
const sanafe = claimsOf([SANAFE_TESTS]);
const DATA_SETS = [
  {
    name: "mnist-rows",
    task: "MNIST, a row per frame, accuracy of digits",
    command: "snn-dse table 'mnist-rows-*'",
  },
  {
    ...{ name: "fsdd-phones", task: "FSDD phone frames (20 classes), accuracy of frames" },
    command: "snn-dse table 'fsdd-phones-*' --data free-spoken-digit-dataset",
  },
];
const systems = DATA_SETS.map((set) => ({ ...set, ...systemsOf(set.name) }));
const summary = markdownTable(
  ["what", "source", "tolerance", "result", "command"],
  [
    [
      "[cycle by cycle against open RTL](#cycle-by-cycle-against-open-rtl)",
      "recorded runs of four designs",
      "none",
      rtl.summary,
      "`snn-dse conform`",
    ],
    [
      "[published chips](#published-chips)",
      "papers, cited by row",
      "by row",
      `<!-- published-summary:begin -->${chips.summary}<!-- published-summary:end -->`,
      "`snn-dse published`",
    ],
    [
      "[network on chip](#network-on-chip-against-an-independent-simulator)",
      "recorded curves of BookSim 2",
      "3 % and 5 % of latency",
      noc.summary,
      `\`${NOC_COMMAND}\``,
    ],
    [
      "[NIR](#nir-networks-and-their-published-traces)",
      "published models and traces",
      "by claim",
      nir.summary,
      `\`npx vitest run ${NIR_TESTS}\``,
    ],
    [
      "[SANA-FE](#sana-fe-descriptions)",
      "its format and meaning",
      "counts equal, 1e-9",
      sanafe.summary,
      `\`npx vitest run ${SANAFE_TESTS}\``,
    ],
    ...systems.map((set) => [
      "[the paper's table](#the-five-systems-of-the-paper)",
      set.task,
      "none: a result",
      set.summary,
      `\`${set.command}\``,
    ]),
  ],
);
const text = `# Validation

Written by \`npx tsx scripts/write-validation.ts\` from runs of this version; nothing here is typed by hand but the words.

${summary}

## Cycle by cycle against open RTL

\`snn-dse conform\`

${rtl.table}

The recorded runs hold spike cycles, queue occupancies, handshakes, hops, stalls, memory accesses and final state. With random parameters and stimuli, the same chips also agree with plain replays without a clock (membranes, synapses, spikes), with simulations of every cycle in random order of the parts, and with closed forms (\`test/sim/recorded\`).

## Published chips

\`snn-dse published\`

<!-- published:begin -->
${chips.section}
<!-- published:end -->

## Network on chip against an independent simulator

\`${NOC_COMMAND}\`

${noc.table}

Recorded from BookSim 2.0 (commit 28f4329, BSD 2-clause; only its numbers are kept, \`test/sim/noc/booksim-curves.csv\`), with two seeds per load. This program draws its own traffic, with four seeds per load. Saturation is the load at which the mean latency is three times that of the first point; near it the recorded seeds differ from each other by more than the tolerance. A test that runs with every build uses the same tolerances. [booksim.md](booksim.md) says which of its settings are the same here, and what differs.

## NIR networks and their published traces

\`npx vitest run ${NIR_TESTS}\`

${nir.table}

Models and traces are those published with NIR (its paper's repository, BSD 3-clause): recorded with Norse and snnTorch. NeuroBench's figures are its own
harness's for the same networks.

## SANA-FE descriptions

\`npx vitest run ${SANAFE_TESTS}\`

${sanafe.table}

Counts must be equal, energies and times agree to 1e-9 relative: with hand calculations written in the tests, and with a second simulator of the same
description that shares no code with the first, on random architectures and networks of both file forms. The reference is its format and meaning as they
are documented; its source code was not consulted. See [coming from SANA-FE](sanafe.md) for what differs, and for one chip described for both programs.

## The five systems of the paper

${systems.map((set) => `${set.task}: \`${set.command}\`\n\n${set.table}`).join("\n\n")}

Ponghiran and Roy (AAAI 2022, arXiv 2109.01905) report, on licensed TIMIT and on LibriSpeech, 10.13 and 11.14 times fewer multiplications for rec-v2
than for a dense GRU, for 1.1 and 0.4 points of accuracy against an LSTM of twice the size. The tables above are the same comparison on free data with 2 x 128 neurons, read from
the training records inside the shipped models. Each was scored once, but recipes were in part chosen by test scores of earlier ones ([how](training.md#what-makes-it-sparse)); those of FSDD learnt from half of the set ([which](training.md#data)). Savings are over dense cells of the same widths. Accuracies on the licensed sets
are not claimed; the savings follow from the spike densities, which are measured.
`;
writeFileSync(join(packageRoot(), "docs", "validation.md"), foldedMarkdown(text));
