"""Several processes behind one port: who starts them, and how they hand each other what is not theirs."""
