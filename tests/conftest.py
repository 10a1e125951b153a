"""What every test has: Hypothesis settings that suit a busy machine."""

from hypothesis import settings

# A shared machine is slow now and then; a property is judged by its answer, never by its milliseconds.
settings.register_profile("hebah", deadline=None, print_blob=True)
settings.load_profile("hebah")
