"""Writes base/plot/fonts.json, the fonts that PDF figures embed: python3 scripts/plot-fonts.py. Needs fontTools and Debian's fonts-liberation.

Liberation Sans (SIL Open Font License 1.1) has the widths of Helvetica, so that text fits as in SVG. Of its glyphs those of Windows-1252 are kept,
without hints; the license reserves its name, so the subset has another one.
"""

import base64
import io
import json
import zlib

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = "/usr/share/fonts/truetype/liberation/"
CODES = [*range(32, 127), *range(128, 256)]
UNICODES = {code: ord(bytes([code]).decode("cp1252", errors="ignore") or "\0") for code in CODES}


def made(file: str, name: str) -> dict:
    font = TTFont(FOLDER + file)
    options = subset.Options(hinting=False, glyph_names=False, name_IDs=[1, 2, 4, 6, 13, 14], layout_features=[], notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "FFTM", "gasp"]
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[code for code in UNICODES.values() if code > 0])
    cut.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = name
    font["head"].modified = font["head"].created  # the same bytes at any time
    out = io.BytesIO()
    font.recalcTimestamp = False
    font.save(out)
    widths, glyphs = font["hmtx"], font.getBestCmap()
    em = font["head"].unitsPerEm
    scaled = lambda value: round(value * 1000 / em)
    box = [scaled(getattr(font["head"], side)) for side in ("xMin", "yMin", "xMax", "yMax")]
    return {
        "name": f"SNNDSE+{name}",
        "widths": [scaled(widths[glyphs[UNICODES[code]]][0]) if UNICODES.get(code) in glyphs else 0 for code in range(32, 256)],
        "box": box,
        "ascent": scaled(font["hhea"].ascent),
        "descent": scaled(font["hhea"].descent),
        "capHeight": scaled(font["OS/2"].sCapHeight),
        "bytes": len(out.getvalue()),
        "deflated": base64.b64encode(zlib.compress(out.getvalue(), 9)).decode(),
    }


fonts = {"regular": made("LiberationSans-Regular.ttf", "PlotSans"), "bold": made("LiberationSans-Bold.ttf", "PlotSans-Bold")}
with open("base/plot/fonts.json", "w", encoding="utf8") as file:
    file.write(json.dumps(fonts) + "\n")
