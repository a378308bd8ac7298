"""Runs the code cells of a notebook one after the other, in the current folder: python3 run_notebook.py NOTEBOOK"""

import json
import sys


def run(file: str) -> None:
    with open(file, encoding="utf-8") as text:
        cells = json.load(text)["cells"]
    names = {"__name__": "__main__"}
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{file}, cell {number}", "exec"), names)


if __name__ == "__main__":
    run(sys.argv[1])
