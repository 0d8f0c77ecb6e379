"""The dialect of rule authors' patterns as a tree, for engines other than RE2."""
