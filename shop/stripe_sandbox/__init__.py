"""A stand-in for Stripe: the part of its API that a shop calls, its payment page, its webhooks.

It knows a shop only by `SITE_URL` and by the webhook secret, and a shop knows it only by `STRIPE_API_BASE`.
"""
