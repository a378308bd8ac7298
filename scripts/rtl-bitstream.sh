#!/usr/bin/env bash
# scripts/rtl-bitstream.sh CHIP [DEVICE]: the bitstream of a ULX3S board from the folder of a chip; DEVICE: 12k, 25k, 45k (usual) or 85k.
set -euo pipefail
cd "$1"
yosys -q -l ulx3s.yosys.log -p "read_verilog -sv -D SYNTHESIS lib/*.sv board/*.sv chip.sv ulx3s.sv; synth_ecp5 -top ulx3s -json ulx3s.json"
nextpnr-ecp5 -q --log ulx3s.nextpnr.log --"${2:-45k}" --package CABGA381 --json ulx3s.json --lpf board/ulx3s.lpf --textcfg ulx3s.config
ecppack --compress ulx3s.config ulx3s.bit
grep 'Max frequency' ulx3s.nextpnr.log | tail -2
sha256sum ulx3s.bit
