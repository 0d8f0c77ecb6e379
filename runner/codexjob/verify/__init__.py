"""Know by oneself what a run did: its changes, their syntax, and the project's own tests."""
