"""Telling others what happens to a job: events in a file, to a program, to a web address, to a chat."""
