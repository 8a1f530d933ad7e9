"""The only writer of DuckDB: the lock, the migrations, one transaction a run, the ledger."""
