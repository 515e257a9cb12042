from oscar.apps.catalogue.reviews.admin import *  # noqa: F403  (Oscar's admin, under our app)
