/**
 * A picture as a one-page vector PDF 1.4 with embedded fonts, as the submission systems of IEEE and ACM require.
 * Source: ISO 32000-1 (objects, content streams, 9.6.3 TrueType fonts, 9.8 font descriptors).
 * Not modelled: characters outside Windows-1252 are printed as "?".
 */
import { withoutControls } from "../escape/controls.js";
import { type Drawing, type Shape, textWidth } from "./drawing.js";
import { BOLD, type PlotFont, REGULAR } from "./fonts.js";
import { layout } from "./layout.js";
import type { PlotSpec } from "./spec.js";

const CIRCLE = 0.5522847498; // control points of a quarter circle

function n(value: number): string {
  return String(Number(value.toFixed(3)));
}

function rgb(colour: string): string {
  return [1, 3, 5].map((i) => n(Number.parseInt(colour.slice(i, i + 2), 16) / 255)).join(" ");
}

function operators(shape: Shape, height: number): string {
  const y = (value: number): number => height - value;
  switch (shape.kind) {
    case "line": {
      const path = shape.points.map(([px, py], i) => `${n(px)} ${n(y(py))} ${i === 0 ? "m" : "l"}`).join(" ");
      return `${rgb(shape.colour)} RG ${n(shape.width)} w [${shape.dash.join(" ")}] 0 d ${path} S`;
    }
    case "box":
      return `${rgb(shape.fill)} rg ${n(shape.x)} ${n(y(shape.y + shape.height))} ${n(shape.width)} ${n(shape.height)} re f`;
    case "circle": {
      const { x, radius: r } = shape;
      const cy = y(shape.y);
      const k = r * CIRCLE;
      const arc = (...v: number[]): string => `${v.map(n).join(" ")} c`;
      const path = [
        `${n(x + r)} ${n(cy)} m`,
        arc(x + r, cy + k, x + k, cy + r, x, cy + r),
        arc(x - k, cy + r, x - r, cy + k, x - r, cy),
        arc(x - r, cy - k, x - k, cy - r, x, cy - r),
        arc(x + k, cy - r, x + r, cy - k, x + r, cy),
      ].join(" ");
      const stroke = shape.stroke === null ? "" : `${rgb(shape.stroke)} RG ${n(shape.width)} w [] 0 d `;
      const fill = shape.fill === "none" ? "" : `${rgb(shape.fill)} rg `;
      return `${stroke}${fill}${path} h ${fill === "" ? "S" : stroke === "" ? "f" : "B"}`;
    }
    case "text": {
      const shift = shape.anchor === "start" ? 0 : textWidth(shape.text, shape.size) * (shape.anchor === "middle" ? 0.5 : 1);
      const place = shape.turn === 0 ? `1 0 0 1 ${n(shape.x - shift)} ${n(y(shape.y))}` : `0 1 -1 0 ${n(shape.x)} ${n(y(shape.y) - shift)}`;
      return `BT 0.133 0.133 0.133 rg /F${shape.bold ? 2 : 1} ${n(shape.size)} Tf ${place} Tm (${escaped(shape.text)}) Tj ET`;
    }
  }
}

/**
 * Escapes parentheses and backslashes; other characters than ASCII become octal codes of Windows-1252 (here equal to
 * Latin-1).
 */
function escaped(text: string): string {
  return Array.from(withoutControls(text), (c) => {
    const code = c === "–" ? 0x96 : c.codePointAt(0) === undefined ? 63 : (c.codePointAt(0) as number);
    if ("()\\".includes(c)) return `\\${c}`;
    if (code < 127) return c;
    return code < 256 ? `\\${code.toString(8).padStart(3, "0")}` : "?";
  }).join("");
}

const NON_SYMBOLIC = 32;

/** A font with its widths; `at`: number of the object that describes it. */
const fontObject = ({ name, widths }: PlotFont, at: number): string =>
  `<< /Type /Font /Subtype /TrueType /BaseFont /${name} /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar ${31 + widths.length}` +
  ` /Widths [${widths.join(" ")}] /FontDescriptor ${at} 0 R >>`;

/** The description of a font, numbered `at`, and its file behind it. */
function embedded({ name, box, ascent, descent, capHeight, bytes, deflated }: PlotFont, at: number): readonly string[] {
  const file = atob(deflated);
  return [
    `<< /Type /FontDescriptor /FontName /${name} /Flags ${NON_SYMBOLIC} /FontBBox [${box.join(" ")}] /ItalicAngle 0 /Ascent ${ascent}` +
      ` /Descent ${descent} /CapHeight ${capHeight} /StemV 80 /FontFile2 ${at + 1} 0 R >>`,
    `<< /Length ${file.length} /Length1 ${bytes} /Filter /FlateDecode >>\nstream\n${file}\nendstream`,
  ];
}

export const pdf = (spec: PlotSpec): Uint8Array => drawnPdf(layout(spec));

export function drawnPdf({ width, height, title, about, shapes }: Drawing): Uint8Array {
  const content = shapes.map((shape) => operators(shape, height)).join("\n");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 7 0 R >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    fontObject(REGULAR, 8),
    `<< /Title (${escaped(title)}) /Subject (${escaped(about)}) /Creator (snn-dse) >>`,
    fontObject(BOLD, 10),
    ...embedded(REGULAR, 8),
    ...embedded(BOLD, 10),
  ];
  let file = "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"; // bytes above 127 mark the file as binary
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((o) => `${String(o).padStart(10, "0")} 00000 n \n`).join("")}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Uint8Array.from(file, (c) => c.charCodeAt(0));
}
