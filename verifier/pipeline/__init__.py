"""The story of a run: what is done in which order, and nothing else.

check:   the article -> its quotes -> engine -> assess -> Report
search:  the words -> engine -> compare
nightly: the feeds into the archive -> engine -> assess -> utterances -> NightReport
import:  files -> stories -> quotes -> the archive
shard:   the archive -> archives of some days each

Each command has its room here and imports no more than it needs.
"""
