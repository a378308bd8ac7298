/** All exports of `import "snn-dse"` are documented and used. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { docOf, membersOf, publicNames, strayParams } from "./public-names.js";

const root = packageRoot();
const names = publicNames();

test("every name of the library has a docstring, and so has every call of a study that its owner drives", () => {
  expect(names.length).toBeGreaterThan(80);
  expect(names.filter(({ declaration }) => docOf(declaration) === "").map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
  const told = ["OpenStudy", "OpenStudyOptions", "SearchOptions", "SweepOptions", "AskedPoint", "Evaluation", "Axis"];
  const silent = names
    .filter(({ name }) => told.includes(name))
    .flatMap(({ name, declaration }) =>
      membersOf(declaration)
        .filter((one) => docOf(one) === "")
        .map((one) => `${name}.${one.name?.getText()}`),
    );
  expect(silent).toEqual([]);
});

test("a docstring explains parameters that are there", () => {
  const explained = names.flatMap(({ name, declaration }) => strayParams(declaration).map((parameter) => `${name}: ${parameter}`));
  expect(explained).toEqual([]);
});

function textsBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => readFileSync(join(root, folder, name), "utf8"));
}

test("every name of the library is used by a command, a test, a document, or another declaration", () => {
  const users = [
    ...textsBelow("cli", /\.tsx?$/),
    ...textsBelow("test", /\.tsx?$/),
    ...textsBelow("docs", /\.md$/),
    readFileSync(join(root, "README.md"), "utf8"),
  ];
  const words = new Set(users.flatMap((text) => text.match(/[A-Za-z_]\w*/g) ?? []));
  const spoken = new Map<string, Set<string>>();
  for (const { name, declaration } of names)
    for (const word of declaration.getText().match(/[A-Za-z_]\w*/g) ?? []) spoken.set(word, (spoken.get(word) ?? new Set()).add(name));
  const unused = names.filter(({ name }) => !words.has(name) && [...(spoken.get(name) ?? [])].every((other) => other === name));
  expect(unused.map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
});
