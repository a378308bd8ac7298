/**
 * `npm run docs`: the documents and the library's reference as a site in build/docs, with every link checked. `npm run
 * docs -- --serve` shows it.
 * Effects: installs VitePress beside this file and TypeDoc beside its own, the first time; writes build/.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkedLinks } from "./links.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const site = join(root, "build", "docs");
// no pages
const env = { ...process.env, VITE_EXTRA_EXTENSIONS: "cff,sh,tex" };

/** Runs a program and shows what it says. Ends this one where it fails or, of a builder, warns. */
function run(words, { mayWarn = false } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, env, encoding: "utf8" });
  const said = `${stdout}${stderr}`;
  process.stdout.write(said);
  if (status !== 0 || (!mayWarn && /\bwarn(ing)?\b|\(!\)/i.test(said))) process.exit(status || 1);
}

const vitepress = join(here, "node_modules", "vitepress", "bin", "vitepress.js");
if (!existsSync(vitepress)) {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--prefix", here], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
run([vitepress, "build", here]);
run([join(root, "scripts", "reference", "build.mjs")], { mayWarn: true });
cpSync(join(root, "build", "reference"), join(site, "reference"), { recursive: true });

const { dead, foreign, links, pages } = checkedLinks(site);
for (const line of [...dead, ...foreign]) console.error(line);
console.log(`${pages} pages, ${links} links, ${dead.length} dead, ${foreign.length} files of other hosts`);
if (dead.length + foreign.length > 0) process.exit(1);

if (process.argv.includes("--serve")) spawnSync(process.execPath, [vitepress, "preview", here], { cwd: root, env, stdio: "inherit" });
