"""A scheme in mid-life, to look at: made through the operations, with the clock moved back."""
