from oscar.apps.communication.admin import *  # noqa: F403  (Oscar's admin, under our app)
