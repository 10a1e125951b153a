"""The parts of a rehearsal: the real engine over a pretended network, in a throw-away database."""
