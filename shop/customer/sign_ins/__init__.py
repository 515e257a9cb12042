"""Where somebody is signed in: he sees a session that is not his, and ends it. Source: OWASP ASVS 5.0, 7.5.2."""
