"""What a job does about a verdict, as data: actions, attempts and pauses by cause."""
