/** A picture as SVG text; sizes in points, fonts as papers use them. */
import type { Shape } from "./drawing.js";
import { layout } from "./layout.js";
import type { PlotSpec } from "./spec.js";

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function n(value: number): string {
  return String(Number(value.toFixed(2)));
}

function element(shape: Shape): string {
  switch (shape.kind) {
    case "line": {
      const dash = shape.dash.length === 0 ? "" : ` stroke-dasharray="${shape.dash.join(" ")}"`;
      const points = shape.points.map(([x, y]) => `${n(x)},${n(y)}`).join(" ");
      return `<polyline points="${points}" fill="none" stroke="${shape.colour}" stroke-width="${n(shape.width)}"${dash}/>`;
    }
    case "circle": {
      const stroke = shape.stroke === null ? "" : ` stroke="${shape.stroke}" stroke-width="${n(shape.width)}"`;
      const circle = `<circle cx="${n(shape.x)}" cy="${n(shape.y)}" r="${n(shape.radius)}" fill="${shape.fill}"${stroke}`;
      return shape.label === "" ? `${circle}/>` : `${circle}><title>${escaped(shape.label)}</title></circle>`;
    }
    case "box":
      return `<rect x="${n(shape.x)}" y="${n(shape.y)}" width="${n(shape.width)}" height="${n(shape.height)}" fill="${shape.fill}"/>`;
    case "text": {
      const turn = shape.turn === 0 ? "" : ` transform="rotate(-90 ${n(shape.x)} ${n(shape.y)})"`;
      const weight = shape.bold ? ' font-weight="bold"' : "";
      return `<text x="${n(shape.x)}" y="${n(shape.y)}" font-size="${shape.size}" text-anchor="${shape.anchor}"${weight}${turn}>${escaped(shape.text)}</text>`;
    }
  }
}

export function svg(spec: PlotSpec): string {
  const { width, height, title, about, shapes } = layout(spec);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}pt" height="${height}pt" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif" fill="#222222">
<title>${escaped(title)}</title>
<desc>${escaped(about)}</desc>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${shapes.map(element).join("\n")}
</svg>
`;
}
