from oscar.apps.communication.models import *  # noqa: F403  (Oscar's models, under our app)
