"""The doors of those who work here: who may enter, what he proves besides his password, and for how long."""
