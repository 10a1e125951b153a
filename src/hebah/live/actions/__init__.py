"""What live updates do: hand each topic's new events to every socket that follows it."""
