"""How a statement travelled, for programs (W3C PROV, JSON-LD) and as a picture (SVG)."""
