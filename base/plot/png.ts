/**
 * A picture rasterised at 300 dpi with the system's fonts. Throws: `InputError` if the optional renderer is not
 * installed.
 */
import { inputError } from "../errors.js";
import type { Drawing } from "./drawing.js";
import { layout } from "./layout.js";
import type { PlotSpec } from "./spec.js";
import { drawnSvg } from "./svg.js";

const DOTS_AN_INCH = 300; // a pixel of the renderer is 1/96 inch

export const png = (spec: PlotSpec): Promise<Uint8Array> => drawnPng(layout(spec));

export async function drawnPng(drawing: Drawing): Promise<Uint8Array> {
  let resvg: typeof import("@resvg/resvg-js");
  try {
    resvg = await import("@resvg/resvg-js");
  } catch {
    throw inputError(
      "--format png",
      "the optional package @resvg/resvg-js is not installed",
      "npm install @resvg/resvg-js, or take --format svg or pdf",
    );
  }
  const image = new resvg.Resvg(drawnSvg(drawing), {
    fitTo: { mode: "zoom", value: DOTS_AN_INCH / 96 },
    background: "#ffffff",
    font: { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans" },
  });
  return image.render().asPng();
}
