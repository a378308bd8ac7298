/** The checker of the site's links, and the site's own package. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../base/package-root.js";
import { checkedLinks } from "../docs/links.mjs";

test("a dead link, a dead anchor and a file of another host are found, and nothing else", () => {
  const site = mkdtempSync(join(tmpdir(), "site-"));
  try {
    mkdirSync(join(site, "docs"));
    writeFileSync(join(site, "log.txt"), "");
    writeFileSync(
      join(site, "index.html"),
      '<h1 id="top"></h1><a href="/docs/a.html#b">1</a><a class="x" href="docs/a.html#c">2</a><a href="#top">3</a>',
    );
    const scripts = '<script src="https://cdn.example/x.js"></script><img alt="" src="gone.svg"><a href="https://example.org">4</a>';
    writeFileSync(
      join(site, "docs", "a.html"),
      `<h2 id="b"></h2>${scripts}<a href="../log.txt">5</a><a href="../">6</a><a href="mailto:x@y">7</a>`,
    );
    expect(checkedLinks(site)).toEqual({
      dead: ["index.html: docs/a.html#c", "docs/a.html: gone.svg"],
      foreign: ["docs/a.html: loads https://cdn.example/x.js"],
      links: 6,
      pages: 2,
    });
  } finally {
    rmSync(site, { recursive: true });
  }
});

test("what makes the site is pinned, names no registry and is not part of the package", () => {
  const read = (file: string): string => readFileSync(join(packageRoot(), file), "utf8");
  const { dependencies } = JSON.parse(read("docs/package.json")) as { readonly dependencies: { readonly [name: string]: string } };
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(read("docs/package-lock.json")).not.toContain('"resolved"');
  const { files } = JSON.parse(read("package.json")) as { readonly files: readonly string[] };
  // of `docs` as a whole npm packs docs/node_modules, too
  expect(files.filter((file) => file.startsWith("docs"))).toEqual(["docs/*.md", "docs/images", "docs/logs", "docs/paper", "docs/OFL.txt"]);
});
