from oscar.apps.catalogue.admin import *  # noqa: F403  (Oscar's admin, under our app)
