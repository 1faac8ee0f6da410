"""Quotes of a story: what stands in quotation marks, and who is said to have said it."""
