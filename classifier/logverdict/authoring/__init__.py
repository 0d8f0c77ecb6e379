"""What a rule author works with: lint, examples, labelled runs, scores and the pages made from the packs."""
