/** Command lines of help and documents, as a reader would type them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../../base/package-root.js";

/** Pages of `docs/` whose lines are all typed in order. */
export const WALKED_PAGES = ["quick-start.md", "tutorial.md"] as const;

export interface DocumentedLine {
  /** `snn-dse sweep --help`, or the document. */
  readonly place: string;
  readonly line: string;
}

/** Each line once; not `all`: the first example of each help. */
export async function typedLines({ all }: { readonly all: boolean }): Promise<readonly DocumentedLine[]> {
  const help = await helpLines();
  const lines = all ? [...help, ...documentLines()] : help;
  const isNew = (key: (one: DocumentedLine) => string) => (one: DocumentedLine, i: number) =>
    lines.findIndex((other) => key(other) === key(one)) === i;
  return lines.filter(isNew(({ place, line }) => (all ? line : place)));
}

/** Examples of every command's help. */
async function helpLines(): Promise<readonly DocumentedLine[]> {
  const folder = join(packageRoot(), "cli/commands");
  const program = new Command("snn-dse");
  for (const name of readdirSync(folder)) {
    const module = (await import(join(folder, name))) as { readonly [name: string]: (program: Command) => void };
    for (const [name, register] of Object.entries(module)) if (name !== "registerImportNir") register(program);
  }
  const visit = (command: Command, path: string): readonly DocumentedLine[] => {
    let help = "";
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    const own = [...help.matchAll(/^ {2}(?:\$ )?((?:cp|openssl|snn-dse) .*)$/gm)].map(([, line]) => ({
      place: `${path} --help`,
      line: bare(line),
    }));
    return [...own, ...command.commands.flatMap((below) => visit(below, `${path} ${below.name()}`))];
  };
  return program.commands.flatMap((command) => visit(command, `snn-dse ${command.name()}`));
}

/**
 * Commands of code blocks and of code in the text of README and `docs/`; a mention without its arguments (`snn-dse
 * check`, `snn-dse train CONFIG`) is none. Without the pages that are walked as a whole, whose lines need each other.
 */
function documentLines(): readonly DocumentedLine[] {
  const files = ["README.md", ...readdirSync(join(packageRoot(), "docs")).map((name) => `docs/${name}`)];
  return files
    .filter((file) => file.endsWith(".md") && !WALKED_PAGES.some((page) => file === `docs/${page}`))
    .flatMap((file) => {
      const text = readFileSync(join(packageRoot(), file), "utf8");
      return commandsOf(text).map((line) => ({ place: file, line }));
    });
}

function commandsOf(text: string): readonly string[] {
  const found: string[] = [];
  let isBlock = false;
  for (const line of text.replaceAll(/\\\n\s*/g, "").split("\n")) {
    if (line.startsWith("```")) isBlock = !isBlock;
    const typed = isBlock || line.startsWith("    ") ? [/^\s*(?:\$ )?(?:npm ci && )?((?:npx )?snn-dse .*)$/.exec(line)?.[1] ?? ""] : [];
    const inline = isBlock ? [] : [...line.matchAll(/`((?:npx )?snn-dse [^`]*)`/g)].flatMap(([, code]) => code.split("; "));
    found.push(...[...typed, ...inline].filter((code) => /snn-dse /.test(code)).map(bare));
  }
  return found.filter((line) => !isMention(line));
}

/** Without `npx`, and without what is said beside it. */
const bare = (line: string): string =>
  line
    .replace(/^npx /, "")
    .replace(/\s+#.*$|\s{2,}.*$/, "")
    .trim();

/** Placeholders, alternatives, and a command's name alone. */
const isMention = (line: string): boolean =>
  /\b[A-Z]{2,}\b|\w\|\w| \.\.\./.test(line.replace("TIMIT", "")) || /^snn-dse [a-z]+( (nir|sanafe))?$/.test(line);
