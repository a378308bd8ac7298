/**
 * The documents as a site. Pages are the Markdown files where they lie, so that links of a code host and of the site are the same.
 * Files that are no pages (logs, licences) are copied beside them. Nothing is loaded from another host.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { slugOf } from "./slug.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));

const item = (text: string, name: string) => ({ text, link: `/docs/${name}` });

/** Groups of the side bar; what is in none of them stands in the last. */
const groups = [
  {
    text: "Begin",
    items: [
      item("Quick start", "quick-start"),
      item("Tutorial", "tutorial"),
      item("Concepts", "concepts"),
      item("The shipped example", "example"),
      item("Questions", "faq"),
      item("Case studies", "case-studies"),
    ],
  },
  {
    text: "Networks and data",
    items: [
      item("NIR, encoders, spike files", "nir"),
      item("Integers of a trained network", "integers"),
      item("Lava", "lava"),
      item("Event cameras", "events"),
      item("Chips people own", "estimate"),
      item("SANA-FE", "sanafe"),
      item("Training", "training"),
      item("Training: results", "training-results"),
    ],
  },
  {
    text: "Search and results",
    items: [
      item("Samplers", "samplers"),
      item("How sure prices are", "prices"),
      item("Prices of your own", "own-prices"),
      item("Pictures of a run", "pictures"),
      item("Cluster", "cluster"),
      item("Figures and tables for papers", "paper"),
    ],
  },
  {
    text: "Chips",
    items: [
      item("What is modelled", "modelled"),
      item("Cycles of a core", "timing"),
      item("One core, cycle by cycle", "one-core"),
      item("A mesh, cycle by cycle", "mesh"),
      item("Time that decides function", "feedback"),
      item("Limits of hardware", "hardware-limits"),
      item("SystemVerilog", "rtl"),
      item("Gates", "gates"),
      item("FPGA", "fpga"),
    ],
  },
  {
    text: "Reference",
    items: [
      item("Description file", "description"),
      item("Training configuration", "training-configuration"),
      item("Metrics", "metrics"),
      item("Codes of errors", "errors"),
      item("Database", "database"),
      item("Library and Python", "library"),
      { text: "Library, every name", link: "/reference/index.html", target: "_self" },
      item("Plug-ins", "plug-ins"),
      item("Glossary", "glossary"),
    ],
  },
  { text: "How it is known", items: [item("Measured", "measured"), item("Validation", "validation"), item("Robustness", "robustness"), item("Beside other tools", "comparison")] },
].map((group) => ({ ...group, collapsed: false }));

const listed = new Set(groups.flatMap(({ items }) => items.map(({ link }) => link)));
const titleOf = (name: string): string => /^# (.*)$/m.exec(readFileSync(join(root, "docs", name), "utf8"))?.[1] ?? name;
const others = docs.map((name) => ({ text: titleOf(name), link: `/docs/${name.replace(/\.md$/, "")}` })).filter(({ link }) => !listed.has(link));

export default defineConfig({
  // without it browsers ask for an icon that is not there
  head: [["link", { rel: "icon", href: "data:," }]],
  title: "snn-dse",
  description: "Cycle-level simulation and design-space exploration for neuromorphic hardware",
  srcDir: root,
  srcExclude: readdirSync(root)
    .filter((name) => statSync(join(root, name)).isDirectory() && name !== "docs" && name !== "arch")
    .map((name) => `${name}/**`)
    .concat("docs/paper/**", "docs/node_modules/**"),
  rewrites: { "README.md": "index.md" },
  outDir: join(root, "build/docs"),
  cacheDir: join(root, "build/docs-cache"),
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    anchor: { slugify: slugOf },
    languageAlias: { "json-rpc": "json" },
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      item("Quick start", "quick-start"),
      item("Tutorial", "tutorial"),
      item("Questions", "faq"),
      item("Description file", "description"),
      { text: "Changes", link: "/CHANGELOG" },
    ],
    sidebar: [
      ...groups,
      { text: "For contributors", items: [{ text: "Contributing", link: "/CONTRIBUTING" }, { text: "Security", link: "/SECURITY" }, ...others] },
    ],
  },
  vite: {
    publicDir: false,
    build: { chunkSizeWarningLimit: 4000 },
  },
  buildEnd({ outDir, pages }) {
    for (const page of pages) copyLinked(page === "index.md" ? "README.md" : page, outDir);
  },
});

/** Files beside a page that it links to and that are no pages. */
function copyLinked(page: string, outDir: string): void {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/```.*?```/gs, "");
  for (const [, target] of text.matchAll(/\]\(([^()\s#]+)(?:#[^)]*)?\)/g)) {
    if (/^https?:|\.md$/.test(target)) continue;
    const file = resolve(root, dirname(page), target);
    if (!existsSync(file) || !statSync(file).isFile()) continue;
    const copy = join(outDir, relative(root, file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
}
