"""Asking the network: safely, politely, within limits, and so that a run can be replayed."""
