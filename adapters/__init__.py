"""The outside: mail, evidence storage, logs, and whatever else is not ours."""
