/**
 * A page that a reader follows word by word: files to save, command lines to type, and what is printed.
 *
 * - "Save as `NAME`:" stands above a block: its text is a file.
 * - A block of `sh` is typed, one that says `sh install` is not: its reader has done so.
 * - A block of `text` below is what these lines print, in part: `...` stands for lines left out.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export type Step =
  | { readonly kind: "save"; readonly name: string; readonly text: string }
  | { readonly kind: "type"; readonly lines: readonly string[]; readonly shown: readonly string[] };

const SAVED = /Save as `([\w.-]+)`:\n*$/;

export function stepsOf(page: string): readonly Step[] {
  const steps: Step[] = [];
  let above = 0;
  for (const block of page.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)) {
    const [, language = "", text = ""] = block;
    const [, name] = SAVED.exec(page.slice(above, block.index)) ?? [];
    above = block.index + block[0].length;
    const last = steps.at(-1);
    if (name !== undefined) steps.push({ kind: "save", name, text });
    else if (language === "sh") steps.push({ kind: "type", lines: text.trimEnd().split("\n"), shown: [] });
    else if (language === "text" && last?.kind === "type")
      steps.splice(-1, 1, { ...last, shown: text.split("\n").filter((line) => line !== "" && line !== "...") });
  }
  return steps;
}

export interface Walk {
  /** Where it is walked; files are saved here. */
  readonly folder: string;
  /** Folders in which programs are sought before those of this machine. */
  readonly programs: readonly string[];
  /** What is typed in place of a line; null: nothing. */
  readonly typed: (line: string) => string | null;
}

/** What each step printed, by its command lines. Throws what a line that fails says. */
export function walk(steps: readonly Step[], { folder, programs, typed }: Walk): readonly { readonly step: Step; readonly said: string }[] {
  const env = { ...process.env, PATH: [...programs, process.env.PATH].join(":"), NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1" };
  return steps.map((step) => {
    if (step.kind === "save") {
      writeFileSync(join(folder, step.name), step.text);
      return { step, said: "" };
    }
    let said = "";
    for (const line of step.lines) {
      const words = typed(line);
      if (words === null) continue;
      const ran = spawnSync("bash", ["-e", "-o", "pipefail", "-c", words], {
        ...{ cwd: folder, env, encoding: "utf8", timeout: 300_000 },
        stdio: ["ignore", "pipe", "pipe"], // a bash whose input is a socket, as Node's are, reads ~/.bashrc, which may change the path
      });
      if (ran.status !== 0) throw new Error(`${line}: exit ${ran.status}: ${ran.stderr}${ran.stdout}`.slice(0, 2_000));
      said += `${ran.stdout}\n`;
    }
    return { step, said };
  });
}

/** Lines of a page that nothing printed: numbers count as equal, and so do spaces and bars. */
export function unprinted(shown: readonly string[], said: string): readonly string[] {
  const words = (line: string): string =>
    line
      .replaceAll(/[\d\u2009]+/g, "0")
      .replaceAll(/0(?:[ .]0)+/g, "0")
      .replaceAll(/[\s\u2500-\u259f]+/g, " ")
      .trim();
  const printed = new Set(said.split("\n").map(words));
  return shown.filter((line) => !printed.has(words(line)));
}
