"""Where prices stand when a simulated exchange starts: plausible levels of 2026, ours."""

from __future__ import annotations

from decimal import Decimal

_LEVELS = """
EP 7600  ENQ 29500  RTY 2900  YM 52000  MES 7600  MNQ 29500  M2K 2900  MYM 52000
NKD 60000  EMD 3600  MBT 95000  GMET 3200
CLE 85.10  MCLE 85.10  NQM 85.100  NGE 4.200  NQG 4.200  MNG 4.200  RBE 2.4500  HOE 2.8500
GCE 4200  MGC 4200  SIE 52  SIL 52  CPE 5.2  MHG 5.2  PLE 1500
EU6 1.165  DA6 0.66  BP6 1.32  CA6 0.715  JY6 0.00655  SF6 1.25  MX6 0.054  NE6 0.575
EEU 1.165  M6E 1.165  M6A 0.66  M6B 1.32  GMCD 0.715
TUA 104  FVA 109.5  TYA 113  TNA 116  USA 117.5  ULA 120.5  SR3 96.5
ZCE 440  ZWA 550  ZSE 1120  ZME 320  ZLE 51
HE 82  GLE 230  GF 340
"""

_WORDS = _LEVELS.split()
START_PRICES: dict[str, Decimal] = {
    root: Decimal(level) for root, level in zip(_WORDS[::2], _WORDS[1::2], strict=True)
}
