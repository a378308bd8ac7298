/** Checks the links of the built site. Effects: reads its files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Links of a folder of pages that lead nowhere, and what a page loads from another host. */
export function checkedLinks(site) {
  const files = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html"));
  const pages = new Map(files.map((file) => [join(site, file), readFileSync(join(site, file), "utf8")]));
  const ids = new Map();
  const idsOf = (file) => {
    if (!ids.has(file)) ids.set(file, new Set([...(pages.get(file) ?? "").matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id)));
    return ids.get(file);
  };
  const dead = [];
  const foreign = [];
  let links = 0;
  for (const [file, html] of pages) {
    for (const [, tag, quoted] of html.matchAll(/<(a|link|script|img)\b[^>]*?\b(?:href|src)="([^"]*)"/g)) {
      const target = quoted.replaceAll("&amp;", "&");
      if (/^(?:https?:|\/\/)/.test(target) && tag !== "a") foreign.push(`${file.slice(site.length + 1)}: loads ${target}`);
      if (/^(?:[a-z]+:|\/\/)/i.test(target)) continue;
      links++;
      const [path, anchor = ""] = target.split("#");
      const to = path === "" ? file : path.startsWith("/") ? join(site, path) : resolve(dirname(file), path);
      const page = to.endsWith("/") || to === site ? join(to, "index.html") : to;
      const leads = existsSync(page) && (anchor === "" || !pages.has(page) || idsOf(page).has(decodeURIComponent(anchor)));
      if (!leads) dead.push(`${file.slice(site.length + 1)}: ${target}`);
    }
  }
  return { dead, foreign, links, pages: pages.size };
}
