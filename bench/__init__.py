"""The benchmark, started by bench/run: *_rows say what is measured and what the goals are, `timing`
and `tracing` measure code in the `shells` there are, within a `world` of environments made for it.
"""
