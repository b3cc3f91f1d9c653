"""Promises checked on synthesised templates: plain Python over dicts.

`assembly.load` reads a cloud assembly, `runner.run` checks it, `registry.PROMISES` lists what is promised.
"""
