# gunicorn reads this file by itself where it is started.

# A Stripe that hangs holds a request up for ten seconds, three times (shop/stripe_checkout/gateway.py), and there may
# be an answer that was slow before that. Gunicorn's own 30 seconds would kill the worker before it could give the
# stock back and tell the shopper.
timeout = 90
