"""Where an understanding becomes action: plan -> policy -> skill -> bus -> outcome -> reply."""
