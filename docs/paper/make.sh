#!/bin/sh
# Makes paper.pdf, a draft of two pages: search, figures, table, methods, LaTeX. `sh make.sh` takes a minute; a finished search is not run again.
# Needs snn-dse on the PATH, and pdflatex (Debian: texlive-latex-recommended texlive-publishers texlive-science).
set -eu
cd "$(dirname "$0")"
command -v pdflatex >/dev/null || { echo "pdflatex is not installed (Debian: texlive-latex-recommended texlive-publishers texlive-science)" >&2; exit 2; }

snn-dse sweep edge --budget "${BUDGET:-300}" --no-tui
snn-dse pareto edge.db --format pdf -o front.pdf
snn-dse pareto edge.db --confidence --format pdf -o intervals.pdf
snn-dse pareto edge.db --format tex --siunitx --top 8 --drop-fixed \
  --columns accuracy,energy,latency,area,clock_mhz,lanes -o table.tex
snn-dse report edge.db --methods -o methods.tex
pdflatex -interaction=nonstopmode -halt-on-error paper.tex >pdflatex.log
pdflatex -interaction=nonstopmode -halt-on-error paper.tex >pdflatex.log
echo "wrote $(pwd)/paper.pdf"
