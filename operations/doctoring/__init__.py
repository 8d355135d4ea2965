"""What an operator would look at first, one file a question. `chairside doctor` asks them all."""
