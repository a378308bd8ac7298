/** Documents and sources that this repository holds, as paths from its root. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folders that tools install or build, and recordings from elsewhere. */
const APART = new Set(["node_modules", "dist", "build", "out", "tmp", "runs", "coverage", "golden", "conformance"]);
const FOLDERS = /^(\.github|[^.].*)$/;

function filesIn(root: string, ending: RegExp, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return FOLDERS.test(entry.name) && !APART.has(entry.name) ? filesIn(root, ending, path) : [];
    return ending.test(entry.name) ? [path] : [];
  });
}

/** Every document in Markdown. */
export const documentsIn = (root: string): readonly string[] => filesIn(root, /\.md$/, "");

/** Every TypeScript and JavaScript source below `folder`, except kernels and declarations. */
export const sourcesIn = (root: string, folder = ""): readonly string[] =>
  filesIn(root, /\.(ts|tsx|mjs)$/, folder).filter((path) => !/\.(as|d)\.m?ts$/.test(path));
