"""How results are shown: each module has one function from a record to text."""
