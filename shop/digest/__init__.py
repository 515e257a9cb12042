"""One letter a day to staff, with what is to be done.

What is in it says STAFF_DIGEST in the settings: paths of functions without arguments, in the order in which they are
read. Each gives a `Section`, or None where it has nothing to tell. A part of the shop that wants a line of its own
writes such a function beside its own code, as shop.returns.digest has them, and adds its path to the setting.
"""
