"""OAI-PMH 2.0: the protocol by which libraries and aggregators harvest published records.

Only published records are harvested, whoever asks, and every response is the same for everybody.
"""
