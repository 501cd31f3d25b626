"""For threads that must not end with an error."""


def no_crash(name: str, error: BaseException) -> None:
    """Fail, on the thread itself: pytest makes an error of it."""
    raise AssertionError(f"thread {name} ended") from error
