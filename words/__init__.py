"""What the domain's words and answers are called, for whoever speaks to people: lazy gettext."""
