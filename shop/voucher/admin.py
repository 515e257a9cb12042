from oscar.apps.voucher.admin import *  # noqa: F403  (Oscar's admin, under our app)
