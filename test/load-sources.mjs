/**
 * Hooks of Node's loader: TypeScript of this repository without its types. Over 700 files tsx takes twice the processor
 * time, and gives each function its name whenever it is made, which costs a closure in an inner loop more than its body
 * does.
 *
 * What was made of a file is kept beside installed packages, for as long as the file stays as it is.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const { version } = JSON.parse(readFileSync(new URL("../node_modules/rolldown/package.json", import.meta.url), "utf8"));
const OPTIONS = { sourceType: "module", target: "node20.19", sourcemap: true, tsconfig: false };
/**
 * What the transformer takes from a package of its own for a template with `</script` in it, whose texts it gives
 * twice.
 */
const HELPER = 'import _taggedTemplateLiteral from "@oxc-project/runtime/helpers/taggedTemplateLiteral";';
const HELPED = "const _taggedTemplateLiteral = (texts, raw = texts) => Object.assign([...texts], { raw });";
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

/** In this thread alone: while the hooks are waited for, no other one answers. */
async function sourceOf(file) {
  const text = readFileSync(file, "utf8");
  const end = `\n// ${hashOf(version, JSON.stringify(OPTIONS), text)}\n`;
  const place = join(kept, `${hashOf(file)}.js`);
  const before = existsSync(place) ? readFileSync(place, "utf8") : "";
  if (before.endsWith(end)) return before;
  const { transformSync } = await import("rolldown/utils");
  const { code, map, errors } = transformSync(file, text, OPTIONS);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const mapped = Buffer.from(JSON.stringify({ ...map, sourcesContent: undefined })).toString("base64");
  const made = `${code.replace(HELPER, HELPED)}\n//# sourceMappingURL=data:application/json;base64,${mapped}${end}`;
  writeFileSync(`${place}.${process.pid}`, made);
  renameSync(`${place}.${process.pid}`, place); // whole, whichever of two workers is the last
  return made;
}
