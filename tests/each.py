"""Many small cases in one test, because thousands of tests take longer to collect than to run."""

import functools
import inspect


def each(names, cases):
    """Return a decorator like `pytest.mark.parametrize` whose cases are one test.

    An error says in which case it happened.
    """
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
    cases = list(cases)

    def decorate(test):
        @functools.wraps(test)
        def all_cases(**others):
            for case in cases:
                given = dict(zip(names, case if len(names) > 1 else [case], strict=True))
                try:
                    test(**given, **others)
                except Exception as error:
                    error.add_note(f"in the case {given}")
                    raise

        left = [p for n, p in inspect.signature(test).parameters.items() if n not in names]
        all_cases.__signature__ = inspect.Signature(left)
        return all_cases

    return decorate
