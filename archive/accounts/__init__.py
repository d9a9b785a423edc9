"""Accounts and their security: the audit log, changes of accounts, sessions, passwords and second factors. No HTTP."""
