/**
 * For the build: imports of a room by its index (`../sweeps/index.js`), static or awaited, go straight to the files behind it, so that a command reads
 * what it uses and not the whole room. Only for indexes that name each export; they have no effects of their own.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];
/** Where an exported name is from: the file, and the name there. */
type Homes = ReadonlyMap<string, { readonly file: string; readonly name: string }>;

const IMPORT = /import (type )?\{([^}]*)\} from "([^"]*\/index\.js)";/g;
const AWAITED = /const \{([\w\s,]*)\} = await import\("([^"]*\/index\.js)"\);/g;
const EXPORT = /export (?:type )?\{([^}]*)\} from "(\.\/[^"]*)\.js";/g;

const namesIn = (list: string): string[] => list.split(",").flatMap((part) => part.trim().replace(/\s+/g, " ") || []);

/** Files by exported name; null where the index does more than to name exports. */
function homesOf(index: string): Homes | null {
  const text = readFileSync(index, "utf8");
  if (/export \*|^import /m.test(text)) return null;
  const homes = new Map<string, { readonly file: string; readonly name: string }>();
  for (const [, list, file] of text.matchAll(EXPORT)) {
    for (const name of namesIn(list))
      homes.set(name.replace(/^type /, "").replace(/^.* as /, ""), { file: join(dirname(index), file), name });
  }
  return homes;
}

/** `finish` is given each source file and its text at the end, and answers what is built. */
export function straightImports(root: string, finish: (path: string, text: string) => string): Plugin {
  const known = new Map<string, Homes | null>();
  return {
    name: "straight-imports",
    setup(build) {
      build.onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
        if (!path.startsWith(root) || path.includes("node_modules")) return null;
        /** An import of an index, name by name as `line` writes it; as it is where the index does more. */
        const straight = (
          whole: string,
          list: string,
          from: string,
          line: (inside: string, alias: string, file: string) => string,
        ): string => {
          const index = join(dirname(path), from).replace(/\.js$/, ".ts");
          if (!known.has(index)) known.set(index, homesOf(index));
          const homes = known.get(index) ?? null;
          if (homes === null) return whole;
          return namesIn(list)
            .filter((entry) => !entry.startsWith("type "))
            .map((entry) => {
              const [name, alias = name] = entry.split(" as ");
              const home = homes.get(name);
              if (home === undefined) throw new Error(`${path}: ${from} has no ${name}`);
              const [inside] = home.name.replace(/^type /, "").split(" as ");
              const file = relative(dirname(path), home.file);
              return line(inside, alias, `${file.startsWith(".") ? file : `./${file}`}.js`);
            })
            .join(" ");
        };
        const contents = readFileSync(path, "utf8")
          .replace(IMPORT, (whole: string, onlyTypes: string | undefined, list: string, from: string) =>
            onlyTypes !== undefined
              ? whole
              : straight(whole, list, from, (inside, alias, file) => `import { ${inside} as ${alias} } from "${file}";`),
          )
          .replace(AWAITED, (whole: string, list: string, from: string) =>
            straight(whole, list, from, (inside, alias, file) => `const { ${inside}: ${alias} } = await import("${file}");`),
          );
        return { contents: finish(path, contents), loader: path.endsWith("x") ? "tsx" : "ts" };
      });
    },
  };
}
