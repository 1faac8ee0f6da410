"""Quote attribution: did this person say this, in these words, and who else has it."""

__version__ = "0.1.0"
