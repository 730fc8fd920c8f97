"""How fast, how large: `python -m evals.bench`, which writes bench.json and bench.html.

Medians of several runs on this machine; a ratio compares two measurements of one run. Only the public API is measured,
and whole processes. Nothing here passes or fails: a target stands beside its figure for the reader.
"""
