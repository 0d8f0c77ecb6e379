"""Leave out of a big log what no rule could tell apart, before it is read (docs/design.md)."""
