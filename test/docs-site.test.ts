/** Tests of the link checker and of the package of the documentation site. */
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

test("the site's tools are pinned, name no registry and are not part of the package", () => {
  const read = (file: string): string => readFileSync(join(packageRoot(), file), "utf8");
  const { dependencies } = JSON.parse(read("docs/package.json")) as { readonly dependencies: { readonly [name: string]: string } };
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(read("docs/package-lock.json")).not.toContain('"resolved"');
  const { files } = JSON.parse(read("package.json")) as { readonly files: readonly string[] };
  // if `docs` as a whole were listed, npm would also pack docs/node_modules
  expect(files.filter((file) => file.startsWith("docs"))).toEqual(["docs/*.md", "docs/images", "docs/logs", "docs/paper", "docs/OFL.txt"]);
});
