"""Whole pages, made once and given to everybody who has neither a basket nor an account.

`SHARED_PAGES` in the settings decides what may be kept, and what makes it stale. A page is kept under the version of
all that pages show (`versions.py`), which the database itself counts up in the transaction of a change
(`watching.py`): so nothing has to be thrown away, and nothing old is found again. `visitors.py` says who gets a page
as it was kept, who gets it with the number of things in his basket put in, and who gets a page of his own.
"""
