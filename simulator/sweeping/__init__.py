"""One scenario in thousands of variants: where does it break, and what is the least that breaks it?

`axes` -> `variants` -> workers (here, or Ray's) -> `journal` -> `breakdown` and `minimal`.
"""
