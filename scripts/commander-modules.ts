/**
 * For the build: commander, which is published as CommonJS only, read as modules, so that it lies in the built program's main file: Node need not find,
 * scan and compile six files at every start.
 */
import { readFileSync } from "node:fs";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** The names that the commands use; its own index makes a program that nobody asks for. */
const INDEX = `
export { Command } from "./lib/command.js";
export { CommanderError, InvalidArgumentError } from "./lib/error.js";
export { Option } from "./lib/option.js";
`;

/** Commands of commander that are programs of their own start processes; ours are none, and `node:child_process` takes milliseconds to load. */
const CHILD_PROCESS = "const childProcess = require('node:child_process');";

/** Its lines of import and export as modules have them. @throws Error where another version of it has others. */
function asModule(path: string): string {
  const text = readFileSync(path, "utf8")
    .replace(CHILD_PROCESS, "const childProcess = null;")
    .replace(/^const (\w+) = require\('(node:\w+)'\)\.\1;/gm, 'import { $1 } from "$2";')
    .replace(/^const (\w+) = require\('(node:\w+)'\);/gm, 'import $1 from "$2";')
    .replace(/^const (\{.*\}) = require\('(\.\/\w+)(?:\.js)?'\);/gm, 'import $1 from "$2.js";')
    .replace(/^exports\.(\w+) = \1;/gm, "export { $1 };");
  if (/\brequire\(|\bexports\./.test(text.replace(/^\s*(\*|\/\/).*$/gm, "")))
    throw new Error(`${path}: an import or export of a form not known here`);
  return text;
}

export function commanderModules(): Plugin {
  return {
    name: "commander-modules",
    setup(build) {
      build.onLoad({ filter: /node_modules\/commander\/esm\.mjs$/ }, () => ({ contents: INDEX }));
      build.onLoad({ filter: /node_modules\/commander\/lib\/\w+\.js$/ }, ({ path }) => ({ contents: asModule(path) }));
    },
  };
}
