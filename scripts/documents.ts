/** Every document in Markdown that this repository holds, as paths from its root. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** What tools install or build, and what was recorded elsewhere. */
const APART = new Set(["node_modules", "dist", "build", "out", "tmp", "runs", "coverage", "golden", "conformance"]);
const FOLDERS = /^(\.github|[^.].*)$/;

export function documentsIn(root: string, folder = ""): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return FOLDERS.test(entry.name) && !APART.has(entry.name) ? documentsIn(root, path) : [];
    return entry.name.endsWith(".md") ? [path] : [];
  });
}
