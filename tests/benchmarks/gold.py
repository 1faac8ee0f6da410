"""The big evaluation: extract a gold folder's articles and let its scorer judge them.

    ./run.sh bench gold --gold DIR --scorer score_extraction.py [--speakers speakers.jsonl]

DIR holds `text/<name>.txt` and `attributions/<name>_<annotator>.ann` (brat standoff, as
PolNeAR is published). The scorer reads what `verifier quotes --format jsonl` writes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from verifier.extraction import extract
from verifier.model import Mention, Quote, Story


def row(path: Path) -> dict[str, Any]:
    """One article's quotes as `verifier quotes --format jsonl` writes them."""
    text = path.read_bytes().decode("utf-8")
    return {
        "format": 1,
        "path": str(path),
        "quotes": [_quote(q) for q in extract(Story(text=text))],
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "kind": quote.kind.value, "text": quote.text, "spans": quote.spans,
        "source": _mention(quote.source), "cue": _mention(quote.cue),
        "speaker": {"name": quote.speaker.name} if quote.speaker else None,
        "via": quote.via, "confidence": quote.confidence,
    }  # fmt: skip


def _mention(mention: Mention | None) -> dict[str, Any] | None:
    return {"text": mention.text, "span": mention.span} if mention else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--speakers", type=Path)
    args = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as out:
        for path in sorted((args.gold / "text").glob("*.txt")):
            out.write(json.dumps(row(path)) + "\n")
        out.flush()
        command = [sys.executable, args.scorer, "--gold", args.gold, "--pred", out.name]
        command += ["--speakers", args.speakers] if args.speakers else []
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
