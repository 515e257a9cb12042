"""What a guide needs before readers see it, and while they do: checks, and the posts that need care."""
