/**
 * Hooks of Node's loader: TypeScript of this repository without its types. Over 700 files tsx takes twice the processor
 * time, and gives each function its name whenever it is made, which costs a closure in an inner loop more than its body
 * does.
 *
 * What was made of a file is kept beside installed packages, for as long as the file stays as it is.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OPTIONS = { format: "esm", target: "node20.19", jsx: "automatic", sourcemap: "inline", sourcesContent: false };
const esbuild = createRequire(createRequire(import.meta.url).resolve("tsx"))("esbuild");
const kept = fileURLToPath(new URL("../node_modules/.cache/sources/", import.meta.url));
mkdirSync(kept, { recursive: true });

const isSource = (url) => url.startsWith("file:") && /\.tsx?$/.test(new URL(url).pathname) && !url.includes("/node_modules/");
const hashOf = (...texts) => texts.reduce((hash, text) => hash.update(text), createHash("sha1")).digest("hex");

/** Sources name each other as they are built, `.js`. @type {import("node:module").ResolveHook} */
export function resolve(specifier, context, next) {
  if (/^\.\.?\/.*\.js$/.test(specifier) && context.parentURL !== undefined && isSource(context.parentURL))
    for (const ending of [".ts", ".tsx"]) {
      const url = new URL(specifier.replace(/\.js$/, ending), context.parentURL);
      if (existsSync(url)) return { url: url.href, format: "module", shortCircuit: true };
    }
  return next(specifier, context);
}

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
  return isSource(url) ? { format: "module", source: await sourceOf(fileURLToPath(url)), shortCircuit: true } : next(url, context);
}

async function sourceOf(file) {
  const text = readFileSync(file);
  const end = `\n// ${hashOf(esbuild.version, JSON.stringify(OPTIONS), text)}\n`;
  const place = join(kept, `${hashOf(file)}.js`);
  const before = existsSync(place) ? readFileSync(place, "utf8") : "";
  if (before.endsWith(end)) return before;
  const loader = file.endsWith("x") ? "tsx" : "ts";
  const { code } = await esbuild.transform(text, { ...OPTIONS, loader, sourcefile: file });
  const made = `${code}${end}`;
  writeFileSync(`${place}.${process.pid}`, made);
  renameSync(`${place}.${process.pid}`, place); // whole, whichever of two workers is the last
  return made;
}
