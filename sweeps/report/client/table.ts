/**
 * The table: search by name and comparison, sort, columns, pages, selection by keyboard, download. The downloaded file
 * has the cells of `csvCell`.
 */
import { CONTROLS } from "../../../base/escape/controls.js";
import { FORMULA, QUOTED } from "../../../base/escape/csv.js";

export const TABLE = String.raw`
let page = 0;
const PAGE = 100;
const COMPARISON = /^(.+?)(<=|>=|!=|==|=|<|>)(.+)$/;
const HOLDS = { "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b, "=": (a, b) => a === b, "==": (a, b) => a === b, "!=": (a, b) => a !== b };
const termsOf = (search) => search.replace(/\s*(<=|>=|!=|==|=|<|>)\s*/g, "$1").split(/\s+/).filter((term) => term !== "");
const isColumn = (name) => names.includes(name) || name === "id";
// Names that are compared and that no column has: where nothing is found, they may be misspelt.
const strangers = (search) => termsOf(search).map((term) => (COMPARISON.exec(term) || [])[1]).filter((name) => name !== undefined && !isColumn(name));
// Terms separated by blanks; all must hold: "#42", "front", "lanes=8", "latency_us<100", or a part of any value.
function tester(search) {
  const tests = termsOf(search).map((term) => {
    const match = COMPARISON.exec(term);
    if (match && isColumn(match[1])) {
      const [, name, sign, right] = match;
      return (row) => row[name] !== null && (typeof row[name] === "number" ? !Number.isNaN(Number(right)) && HOLDS[sign](row[name], Number(right)) : HOLDS[sign](String(row[name]), right));
    }
    if (/^#\d*$/.test(term)) return (row) => ("#" + row.id).startsWith(term);
    if (term === "front") return (row) => row.front;
    const piece = term.toLowerCase();
    return (row) => [...parameters, ...metrics].some((name) => (name + "=" + row[name]).toLowerCase().includes(piece));
  });
  return (row) => tests.every((test) => test(row));
}
const goals = [...objectives, ...D.limits, ...(D.certainty ? ["on_front_percent"] : [])];
const tableColumns = () => S.wide ? [...goals, ...parameters, ...metrics.filter((name) => !goals.includes(name))] : [...goals, ...parameters];
function tableRows() {
  const found = S.printing ? rows.filter((row) => S.chosen.size > 0 ? S.chosen.has(row.id) : row.front) : shown().filter(tester(S.search));
  const sign = S.descending ? -1 : 1;
  return found.sort((a, b) => (S.chosen.has(b.id) - S.chosen.has(a.id)) || (a[S.sort] === b[S.sort] ? a.id - b.id : a[S.sort] === null ? 1 : b[S.sort] === null ? -1 : a[S.sort] < b[S.sort] ? -sign : sign));
}
function drawTable() {
  const found = tableRows(), columns = tableColumns(), keep = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset : {};
  page = Math.min(page, Math.max(0, Math.ceil(found.length / PAGE) - 1));
  const head = $("head"); head.replaceChildren();
  for (const name of ["id", ...columns]) {
    const th = document.createElement("th"); th.scope = "col"; const button = document.createElement("button");
    button.dataset.column = name;
    button.textContent = name === "id" ? "point" : label(name); button.append(S.sort === name ? (S.descending ? " ▼" : " ▲") : "");
    th.setAttribute("aria-sort", S.sort === name ? (S.descending ? "descending" : "ascending") : "none");
    button.onclick = () => { S.descending = S.sort === name ? !S.descending : goal.get(name) === "max"; S.sort = name; drawTable(); drawBreakdown(); };
    th.append(button); head.append(th);
  }
  const body = $("body"); body.replaceChildren();
  for (const row of found.slice(page * PAGE, page * PAGE + PAGE)) {
    const tr = body.insertRow(); tr.tabIndex = 0; tr.dataset.id = row.id;
    tr.className = (S.chosen.has(row.id) ? "chosen " : "") + (row.front ? "front " : "") + (row.beyond ? "beyond" : ""); tr.setAttribute("aria-selected", S.chosen.has(row.id));
    for (const name of ["id", ...columns]) tr.insertCell().textContent = name === "id" ? "#" + row.id : written(name, row[name]);
    const pick = (event) => choose(event.shiftKey ? [...S.chosen, row.id] : S.chosen.has(row.id) && S.chosen.size === 1 ? [] : [row.id], row.id);
    tr.onclick = pick;
    tr.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(event); }
      const next = event.key === "ArrowDown" ? tr.nextElementSibling : event.key === "ArrowUp" ? tr.previousElementSibling : null;
      if (next) { event.preventDefault(); next.focus(); }
    };
  }
  // The keyboard focus stays in its row.
  const again = keep.id ? body.querySelector('[data-id="' + keep.id + '"]') : keep.column ? head.querySelector('[data-column="' + keep.column + '"]') : null;
  if (again) again.focus();
  $("found").textContent = S.printing ? (S.chosen.size > 0 ? "The selection" : "The front") + (found.length > PAGE ? ", its first " + PAGE + " points." : ".") + " The page itself holds all " + rows.length + " results." : found.length === 0 && strangers(S.search).length > 0 ? "0 points: no column is named " + strangers(S.search).join(", ") : found.length + " points, page " + (page + 1) + " of " + Math.max(1, Math.ceil(found.length / PAGE));
  $("previous").disabled = page === 0; $("next").disabled = (page + 1) * PAGE >= found.length; $("pick").disabled = S.search === "" || found.length === 0;
}
function download() {
  const columns = ["id", "front", "beyond", ...parameters, ...metrics];
  const cell = (v) => {
    if (typeof v !== "string") return v === null || v === undefined ? "" : String(v);
    const plain = v.replace(${CONTROLS}, "?"), words = ${FORMULA}.test(plain) ? "'" + plain : plain;
    return ${QUOTED}.test(words) ? '"' + words.replaceAll('"', '""') + '"' : words;
  };
  const lines = [columns.map(cell).join(","), ...tableRows().map((row) => columns.map((name) => cell(row[name])).join(","))];
  const link = document.createElement("a"); link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
  link.download = D.study.name + "-points.csv"; link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
`;
