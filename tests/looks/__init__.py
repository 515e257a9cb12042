"""How the shop looks and how quickly it shows: pictures of every page, and Lighthouse's judgment."""
