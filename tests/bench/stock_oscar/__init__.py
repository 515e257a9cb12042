"""Oscar as its own "Building your own shop" sets it up, and as well configured as settings allow.

django-oscar is the release that the shop stands on. Templates are cached, connections to PostgreSQL are kept, sessions
and cache lie in Redis, and the search has no index of its own, so that no page asks for spelling suggestions.

Source: docs.oscarcommerce.com, "Building your own shop".
"""
