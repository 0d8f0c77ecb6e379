"""The sub-commands of `codexjob`, one file each."""
