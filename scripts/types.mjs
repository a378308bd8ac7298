/**
 * Writes `dist/index.d.ts`: the types of `import "snn-dse"`, in one file that names no package but zod. It runs only
 * before packing, because it takes seconds, and only if something has changed from which the types are made: the hash
 * of that is the file's first line.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { toolProgram } from "./lint/tool.mjs";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
const target = join("dist", "index.d.ts");

/** Hash of all sources below `app` and the floors under it, of the compiler's settings and of the tools. */
function sourcesHash() {
  const rooms = ["app", "arch", "base", "rtl", "sim", "sweeps", "training"];
  const sources = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(room, name)),
  );
  const tools = ["rolldown", "rolldown-plugin-dts", "zod"].map((name) => join("node_modules", name, "package.json"));
  const settings = ["tsconfig.json", "tsconfig.types.json", join("scripts", "types.mjs"), join("scripts", "lint", "package.json")];
  const hash = createHash("sha256");
  for (const file of [...sources.sort(), ...tools, ...settings]) hash.update(JSON.stringify([file, readFileSync(file, "utf8")]));
  return hash.digest("hex");
}

const head = `// of sources ${sourcesHash()}\n`;
if (existsSync(target) && readFileSync(target, "utf8").startsWith(head)) process.exit();

const folder = join(process.cwd(), "dist", `types-${process.pid}`);
/** The compiler writes a file of types beside each source below `folder`, and the bundler makes one of them. */
async function bundled() {
  execFileSync(process.execPath, [toolProgram("tsc"), "-p", "tsconfig.types.json", "--outDir", folder], { stdio: "inherit" });
  const build = await rolldown({
    input: { index: join(folder, "app", "index.d.ts") },
    cwd: folder,
    platform: "node",
    checks: { pluginTimings: false },
    external: /^(?:node:|zod\b)/,
    resolve: { extensionAlias: { ".js": [".d.ts", ".js"] } },
    plugins: [dts({ emitDtsOnly: true, dtsInput: true, tsconfig: false })],
  });
  const { output } = await build.generate({ format: "esm" });
  await build.close();
  return output[0].code;
}
const code = await bundled().finally(() => rmSync(folder, { recursive: true, force: true }));

/**
 * The compiler writes the members of an enumeration in the order in which it met their names, which depends on the
 * order in which files were read: sorted, so that two builds are the same.
 */
const inOrder = (text) => text.replace(/(?:^\s+(\w+|"[^"]+"): "[^"]+";\n){2,}/gm, (members) => members.match(/.+\n/g).sort().join(""));

// of Node's types only AbortSignal is named, which a browser's library also has: a project needs one of the two, not
// Node's
writeFileSync(
  target,
  head +
    inOrder(code)
      .replace('/// <reference types="node" />\n', "")
      .replace(/^\n\/\/ .*\.d\.ts\n/gm, ""),
);
