"""Engines: how many patterns are looked for in much text."""
