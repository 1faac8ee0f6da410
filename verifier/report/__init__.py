"""Writers: a `Report` in, text out; each in a module of its own with one signature.

`write(report: Report) -> str`, and for terminals `text.write(report, style=...)`.
"""
