"""What a run needs from this machine, looked at before it is missed."""
