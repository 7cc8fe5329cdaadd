"""The one error a learner may cause: its message is shown as it stands."""


class InputError(ValueError):
    """Say in one sentence what is wrong with the input and what to do about it."""
