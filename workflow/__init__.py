"""The rules of recognition: pure Python, no framework, no database, no clock."""
