"""WTForms: the shape of one thing asked. No session, no queries: choices are handed in."""
