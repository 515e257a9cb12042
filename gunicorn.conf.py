# gunicorn reads this file by itself where it is started.

# A request that waits for Stripe holds a thread, not the shop: with one thread a worker, as many shoppers as there are
# workers could stop everybody else from reading while Stripe is slow.
threads = 4

# A Stripe that hangs holds a request up for ten seconds, three times (shop/stripe_checkout/gateway.py), and there may
# be an answer that was slow before that. Gunicorn's own 30 seconds would not let it give the stock back and tell the
# shopper, when a worker is stopped meanwhile.
timeout = graceful_timeout = 90

# Ten thousand letters in the field of a search are answered by the shop, in its own words. nginx says where it ends.
limit_request_line = 0

# A kept connection that we close just as somebody writes to it looks like a failure. nginx opens one for each request.
keepalive = 0
