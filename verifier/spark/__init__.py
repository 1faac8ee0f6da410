"""Beyond one machine: the same comparison, and the same import, on Apache Spark.

    session   Spark started and stopped, and what its errors mean to a person
    tasks     work on shards, or on rows of them, and its results as rows
    search    the shards of an archive, searched
    intake    stories on any storage, read (inputs), extracted, and written as shards (writing)

This package alone knows pyspark. What is done on a worker are the functions that are called
here too: nothing is judged or read in another way.
"""

from verifier.spark.intake import import_stories
from verifier.spark.search import SparkSearch
from verifier.spark.session import session
from verifier.spark.writing import Target

__all__ = ["SparkSearch", "Target", "import_stories", "session"]
