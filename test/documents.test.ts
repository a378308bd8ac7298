/**
 * What documents promise that no other test holds: the sizes of README and changelog, links that lead somewhere, a
 * description that can be typed.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import * as library from "../app/index.js";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { packageRoot } from "../base/package-root.js";
import { LEAST_NODE, nodeRisk } from "../cli/process/runtime.js";
import { documentsIn } from "../scripts/documents.js";

const root = packageRoot();
const files = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
];
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

test("the README has at most 150 lines of at most 120 columns", () => {
  const lines = textOf("README.md").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(150);
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
});

test("the changelog has at most 400 lines", () => {
  expect(textOf("CHANGELOG.md").trimEnd().split("\n").length).toBeLessThanOrEqual(400);
});

test("no line of prose in a document is wider than 120 columns where it could break: `npx tsx scripts/fold.ts` folds it", () => {
  const documents = documentsIn(root);
  expect(documents.length).toBeGreaterThan(40);
  expect(documents.filter((file) => foldedMarkdown(textOf(file)) !== textOf(file))).toEqual([]);
});

test("every link of a document to a file or a heading leads there", () => {
  const headings = new Map<string, ReadonlySet<string>>();
  const headingsOf = (file: string): ReadonlySet<string> => {
    const known = headings.get(file) ?? new Set([...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchorOf(title)));
    headings.set(file, known);
    return known;
  };
  let links = 0;
  const dead = files.flatMap((file) =>
    [
      ...textOf(file)
        .replaceAll(/```.*?```/gs, "")
        .matchAll(/\]\(([^()\s]+)\)/g),
    ].flatMap(([, target]) => {
      if (/^https?:/.test(target)) return [];
      links++;
      const [path, heading] = target.split("#");
      const to = path === "" ? file : join(dirname(file), path);
      const leads = existsSync(join(root, to)) && (heading === undefined || headingsOf(to).has(heading));
      return leads ? [] : [`${file}: ${target}`];
    }),
  );
  expect(links).toBeGreaterThan(80);
  expect(dead).toEqual([]);
});

test("a passage that names a test says as many random cases as the test draws, or two of its draws together, in the order of the tests", () => {
  let said = 0;
  const wrong = files.flatMap((file) => {
    const passages = textOf(file)
      .replaceAll(/```.*?```/gs, "")
      .split(/\n\s*\n|\n(?=[-*] |\|)/);
    return passages.flatMap((passage) => {
      const runs = [...passage.matchAll(/(?:SNN_DSE_CASES=(\d+) )?npx vitest run ([^`]*)/g)];
      if (runs.length === 0) return [];
      const drawn = runs.flatMap(([, factor = "1", paths]) => paths.split(/\s+/).map((path) => drawsOf(path, Number(factor))));
      let first = 0; // claims stand in the order of their tests
      return [...passage.matchAll(/([\d,]*\d)\s+random/g)].flatMap(([claim, number]) => {
        said++;
        const drawer = drawn.findIndex((draws, k) => k >= first && draws.includes(Number(number.replaceAll(",", ""))));
        first = Math.max(first, drawer);
        return drawer >= 0 ? [] : [`${file}: ${claim} of ${runs.map(([run]) => run).join("; ")}`];
      });
    });
  });
  expect(said).toBeGreaterThan(15);
  expect(wrong).toEqual([]);
});

/** Numbers of cases that a test draws, and sums of two of them. A folder holds too many numbers to bear out a claim. */
function drawsOf(path: string, factor: number): readonly number[] {
  if (!/^test\/.*\.ts$/.test(path)) return [];
  const draws = [...textOf(path).matchAll(/\b(?:cases|many)\(([\d_]+)\)|(?:^const [A-Z]+ = |numRuns: |length: |\bi < )([\d_]+)/gm)].map(
    ([, varied, fixed]) => (varied === undefined ? Number(fixed?.replaceAll("_", "")) : factor * Number(varied.replaceAll("_", ""))),
  );
  return [...draws, ...draws.flatMap((a, i) => draws.slice(i + 1).map((b) => a + b))];
}

test("what a newcomer asks first is a heading of the FAQ, which is one step from the README and from the top of each page of the site", () => {
  const questions = [...textOf("docs/faq.md").matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  const asked = [/snnTorch/, /`edp_nj_s`/, /wave/, /add a topology/, /sure is a front/, /write to a cluster/, /cite/];
  expect(asked.filter((words) => !questions.some((title) => words.test(title)))).toEqual([]);
  expect(textOf("README.md")).toContain("](docs/faq.md)");
  const navigation = /nav: \[(.*?)\n {4}\]/s.exec(textOf("docs/.vitepress/config.mts"))?.[1] ?? "";
  expect(navigation).toContain('"faq"');
});

/** As the pages of code hosts make an anchor of a heading. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

test("the README's description is sound, and its first point fits", async () => {
  const [, yaml = ""] = /```yaml\n(.*?)```/s.exec(textOf("README.md")) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  try {
    writeFileSync(join(folder, "arch.yaml"), yaml);
    expect(await library.check(library.open(join(folder, "arch.yaml")))).toMatchObject({ infeasible: null, search: { points: 135 } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a page that names the Node to install names the least one and the last 24 without a known risk", () => {
  const pages = files.filter((file) => /need\s+Node \d/.test(textOf(file)));
  const last = Array.from({ length: 40 }, (_, minor) => `24.${minor}`).findLast((version) => nodeRisk(`${version}.0`) === null);
  expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/quick-start.md"]));
  for (const page of pages) expect(textOf(page), page).toMatch(new RegExp(`Node ${LEAST_NODE} or later, 22, or 24 up to ${last}\\b`));
});

test("a point that pages and help number beside edge.db is 1, the description as written, which fits, or written from a run", async () => {
  const commands = readdirSync(join(root, "cli/commands")).map((name) => `cli/commands/${name}`);
  const typed = [...files.filter((file) => file !== "CHANGELOG.md"), ...commands].flatMap((file) => {
    const text = textOf(file).replaceAll(/<!-- (\w+):begin -->.*?<!-- \1:end -->/gs, "");
    return [...text.matchAll(/(?<!\.ts) edge\.db((?: \d+)+)/g)].flatMap(([, ids]) => ids.trim().split(" "));
  });
  expect(typed.length).toBeGreaterThan(5);
  expect(new Set(typed)).toEqual(new Set(["1"]));
  expect(await library.check(library.open("edge"))).toMatchObject({ infeasible: null });
});

test("every table of the component library has a row of its README, every command one of the README's", () => {
  const tables = readdirSync(join(root, "arch/components")).filter((name) => name.endsWith(".csv"));
  const described = textOf("arch/components/README.md");
  expect(tables.length).toBeGreaterThan(15);
  expect(tables.filter((name) => !described.includes(`\n| \`${name}\` `))).toEqual([]);
  const commands = readdirSync(join(root, "cli/commands")).map((name) => name.replace(".ts", ""));
  const [, listed = ""] = /## Commands\n(.*?)\n## /s.exec(textOf("README.md")) ?? [];
  expect(commands.filter((name) => !name.startsWith("import-") && !new RegExp(`\`${name}[ \`\\\\]`).test(listed))).toEqual([]);
});

test("the page of the library names everything that a program can import", () => {
  const page = textOf("docs/library.md");
  const names = Object.keys(library);
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});

test("docs/validation.md lists every claim of the tests that it names, and counts them", () => {
  const [summary, ...sections] = textOf("docs/validation.md").split("\n## ");
  const inFolder = (folder: string): string[] =>
    readdirSync(join(root, folder)).flatMap((name) => (/\.test\.ts$/.test(name) ? [`${folder}/${name}`] : []));
  for (const [heading, tests] of [
    ["NIR networks", ["test/sim/nir/engine.test.ts"]],
    ["SANA-FE descriptions", inFolder("test/sim/sanafe")],
  ] as const) {
    const section = sections.find((text) => text.startsWith(heading)) ?? "";
    const listed = [...section.matchAll(/^\| (.+) \| (?:holds|\*\*fails\*\*|not run: data absent) \|$/gm)].map(([, claim]) => claim);
    const titles = tests.flatMap((file) => [...textOf(file).matchAll(/^ *test(?:\.\w+)*\(\s*"([^"%$]+)"/gm)].map(([, title]) => title));
    expect(titles.length, heading).toBeGreaterThan(5);
    expect(titles.filter((title) => !listed.includes(title))).toEqual([]);
    expect(summary).toContain(`| ${listed.length} of ${listed.length} claims hold |`);
  }
});
