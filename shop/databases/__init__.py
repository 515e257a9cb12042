"""Which database a query goes to, and what PostgreSQL must know of the shop. Without replicas there is one for all."""
