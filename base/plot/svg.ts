/** A picture as SVG; lengths in 1/72 inch, sans-serif fonts as papers use them. */
import { joined } from "../escape/filtered.js";
import { type MarkupText, markup, markupText } from "../escape/markup.js";
import type { Drawing, Shape } from "./drawing.js";
import { layout } from "./layout.js";
import type { PlotSpec } from "./spec.js";

function n(value: number): number {
  return Number(value.toFixed(2));
}

function element(shape: Shape): MarkupText {
  switch (shape.kind) {
    case "line": {
      const dash = shape.dash.length === 0 ? "" : markup` stroke-dasharray="${joined<MarkupText>(shape.dash, " ")}"`;
      const points = joined(
        shape.points.map(([x, y]) => markup`${n(x)},${n(y)}`),
        " ",
      );
      return markup`<polyline points="${points}" fill="none" stroke="${markupText(shape.colour)}" stroke-width="${n(shape.width)}"${dash}/>`;
    }
    case "circle": {
      const stroke = shape.stroke === null ? "" : markup` stroke="${markupText(shape.stroke)}" stroke-width="${n(shape.width)}"`;
      const circle = markup`<circle cx="${n(shape.x)}" cy="${n(shape.y)}" r="${n(shape.radius)}" fill="${markupText(shape.fill)}"${stroke}`;
      return shape.label === "" ? markup`${circle}/>` : markup`${circle}><title>${markupText(shape.label)}</title></circle>`;
    }
    case "box":
      return markup`<rect x="${n(shape.x)}" y="${n(shape.y)}" width="${n(shape.width)}" height="${n(shape.height)}" fill="${markupText(shape.fill)}"/>`;
    case "text": {
      const turn = shape.turn === 0 ? "" : markup` transform="rotate(-90 ${n(shape.x)} ${n(shape.y)})"`;
      const weight = shape.bold ? markup` font-weight="bold"` : "";
      return markup`<text x="${n(shape.x)}" y="${n(shape.y)}" font-size="${shape.size}" text-anchor="${markupText(shape.anchor)}"${weight}${turn}>${markupText(shape.text)}</text>`;
    }
  }
}

export const svg = (spec: PlotSpec): MarkupText => drawnSvg(layout(spec));

export function drawnSvg({ width, height, title, about, shapes }: Drawing): MarkupText {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}pt" height="${height}pt" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif" fill="#222222">
<title>${markupText(title)}</title>
<desc>${markupText(about)}</desc>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${joined(shapes.map(element), "\n")}
</svg>
`;
}
